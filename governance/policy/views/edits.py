"""Every way to work on a policy draft: start it, edit it by form or as YAML, propose it, give it up."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.policy import actions, forms, normal, queries, rules, yamlfile
from governance.policy.models import PolicyDraft
from governance.policy.tables import draft_url
from governance.policy.views.drafts import get
from governance.policy.views.versions import yaml_response
from governance.ui.pages import ActionPage, Page


class StartDraft(ActionPage):
    """A new draft, from what holds or from a file."""

    title, submit, form_class = "Draft a change of policy", "Start the draft", forms.StartForm
    lead = "It starts from the policy that holds. Nothing changes until named people have approved it."
    crumbs = [("Policy", "/policy/"), ("Drafts", "/policy/drafts/"), ("New", "")]

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may draft."""
        return rules.may_draft(self.user)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> PolicyDraft:
        """Start it."""
        words = {name: given[name] for name in ("title", "reason", "effective_at")}
        return actions.start_draft(actor=self.user, yaml=given["file"], **words)

    def success_url(self, result: PolicyDraft) -> str:
        """Go on to editing, or to what the file changed."""
        return draft_url(result) if self.request.FILES else reverse("policy-draft-edit", args=[result.key])

    def back_url(self, obj: Any) -> str:
        """Return to the policy."""
        return reverse("policy")


class DraftAction(ActionPage):
    """Base of what is done to a draft."""

    def load(self) -> PolicyDraft:
        """Return the draft of the address."""
        return get(self.user, self.kwargs["key"])

    def verdict(self, obj: PolicyDraft) -> Verdict:
        """Say whether the person may edit it now."""
        return rules.may_edit(self.user, obj)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Policy drafts", reverse("policy-drafts")), (self.obj.key, draft_url(self.obj)), (self.get_title(), "")]

    def success_url(self, result: PolicyDraft) -> str:
        """Return to the draft."""
        return draft_url(result)

    def back_url(self, obj: PolicyDraft) -> str:
        """Return to the draft."""
        return draft_url(obj)


class DraftDetails(DraftAction):
    """The words around a draft, and its date."""

    title, form_class = "Details of the draft", forms.DetailsForm

    def initial(self, obj: PolicyDraft) -> dict[str, Any]:
        """Start with what is there."""
        return {"title": obj.title, "reason": obj.reason, "effective_at": obj.effective_at}

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Save."""
        return actions.change_draft(obj, actor=self.user, expected_version=self.seen_version, **given)


class DraftEditor(DraftAction):
    """The whole policy of a draft as YAML."""

    title, submit, form_class, wide = "Edit as YAML", "Check and save", forms.YamlForm, True
    lead = "Checked as a whole; problems are named with their line, and nothing is stored until there are none."
    template = "governance/policy/editor.html"

    def initial(self, obj: PolicyDraft) -> dict[str, Any]:
        """Start with what the draft says."""
        return {"yaml": yamlfile.dump(obj.document)}

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Save when it is sound."""
        return actions.change_draft(obj, actor=self.user, yaml=given["yaml"], expected_version=self.seen_version)

    def said(self, result: PolicyDraft) -> str:
        """Say that it is saved."""
        return "The draft is sound and saved."


class ProposeDraft(DraftAction):
    """Put a draft before its approvers."""

    title, submit = "Propose this change of policy", "Propose it"

    def verdict(self, obj: PolicyDraft) -> Verdict:
        """Say whether it can be proposed."""
        newest = queries.newest()
        return rules.may_propose(self.user, obj, newest, differs=normal.filled(obj.document) != queries.document(newest))

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> Any:
        """Propose."""
        return actions.propose_draft(obj, actor=self.user, expected_version=self.seen_version)

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say who will be asked."""
        route = queries.route_for("policy")
        called = {row["key"]: row["name"] for row in queries.document()["positions"]}
        who = ", ".join(called[key] for key, _ in route.steps)
        return f"{who} are asked to sign it as it is, within {route.decide_hours} hours. You cannot approve it yourself."

    def success_url(self, result: Any) -> str:
        """Show the request."""
        return reverse("approval", args=[result.key])


class DiscardDraft(DraftAction):
    """Give a draft up."""

    title, submit, tone = "Discard this draft", "Discard it", "stop"
    lead = "It stays readable, and its story stays in the ledger."

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Discard."""
        return actions.discard_draft(obj, actor=self.user, expected_version=self.seen_version)


class RebaseDraft(DraftAction):
    """Measure a draft against the newest version."""

    title, submit = "Put the draft on the newest policy", "Put it there"

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Rebase."""
        return actions.rebase_draft(obj, actor=self.user, expected_version=self.seen_version)


class ReviseDraft(DraftAction):
    """Take a rejected draft up again."""

    title, submit = "Take the draft up again", "Take it up"

    def verdict(self, obj: PolicyDraft) -> Verdict:
        """Say whether it was rejected, and the person may."""
        return rules.may_revise(self.user, obj)

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Revise."""
        return actions.revise_draft(obj, actor=self.user, expected_version=self.seen_version)


class DraftYaml(Page):
    """A draft as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it."""
        draft = get(self.user, kwargs["key"])
        return yaml_response(f"policy-draft-{draft.pk}", draft.document)
