"""Pages of policy drafts: the list, the draft with what it would change, and every way to work on it."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals.views import table_of
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.policy import actions, compare, forms, normal, queries, rules, yamlfile
from governance.policy.models import PolicyDraft
from governance.policy.tables import DRAFT_TONES, DraftFilters, DraftTable, draft_url
from governance.policy.views import ACTIVITY, yaml_response
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, PageAction, Tab, View

KEY = re.compile(r"^[Pp][Dd]-?0*(\d{1,18})$")
EDITED = {"tiers": "Tiers", "routes": "Who approves", "data_classes": "Data classes", "categories": "Incident categories",
          "lanes": "Lanes", "controls": "Controls", "severities": "Severities", "positions": "Positions"}  # fmt: skip


def get(user: Any, key: str) -> PolicyDraft:
    """Return a draft by its key that the person may see. Raises NotVisible."""
    found = KEY.match(key)
    rows = PolicyDraft.objects.visible_to(user).select_related("author", "based_on", "adopted_as")
    draft = rows.filter(pk=int(found.group(1))).first() if found else None
    if draft is None:
        raise NotVisible(f"There is no draft {key[:40]} that you can see.", fix="Choose one from the list of drafts.")
    return draft


class DraftList(ListPage):
    """All drafts of the policy that a person may see."""

    key, url_name, title = "policy-drafts", "policy-drafts", "Policy drafts"
    crumbs = [("Policy", "/policy/"), ("Drafts", "")]
    table, filterset = DraftTable, DraftFilters
    lead = "{total} drafts. Policy changes only by one that named people approved."
    search_hint = "Find by title"
    views = (View("All"), View("Waiting for approval", "state=proposed"), View("Being written", "state=draft"))
    actions = (
        PageAction(
            "Draft a change", lambda user: reverse("policy-draft-new"), "plus", True, lambda user: bool(rules.may_draft(user))
        ),
    )
    empty = Empty(
        "No drafts yet", "A draft starts from the policy that holds, or from a file. Nothing changes before it is approved.",
        "Draft a change", lambda user: reverse("policy-draft-new") if rules.may_draft(user) else "",
    )  # fmt: skip

    def rows(self, user: Any) -> QuerySet[PolicyDraft]:
        """Return the drafts that the reader may see."""
        return PolicyDraft.objects.visible_to(user).select_related("author", "based_on", "adopted_as").defer(
            "document", "based_on__document", "adopted_as__document"
        )  # fmt: skip


def _changes(page: Any, draft: PolicyDraft) -> dict[str, Any]:
    return {"draft": draft, "differences": page.differences, "verdict": page.proposable}


def _edit(page: Any, draft: PolicyDraft) -> dict[str, Any]:
    sections = []
    for slug, title in EDITED.items():
        rows = _rows(draft.document, slug)
        links = [
            (compare.name_of(row), reverse("policy-draft-row", args=[draft.key, slug, index])) for index, row in enumerate(rows)
        ]
        sections.append((title, links))
    return {"draft": draft, "sections": sections, "verdict": rules.may_edit(page.user, draft)}


def _approvals(page: Any, draft: PolicyDraft) -> dict[str, Any]:
    requests = list(approvals.of_subject("policy", draft.pk))
    return {"draft": draft, "requests": [(request, table_of(request, page.user)) for request in requests]}


def _rows(document: Mapping[str, Any], slug: str) -> list[dict[str, Any]]:
    found: Any = document
    for step in forms.SECTIONS[slug]:
        found = found[step]
    rows: list[dict[str, Any]] = found
    return rows


class DraftPage(ObjectPage):
    """One draft: what it would change, its parts to edit, its approvals, its story."""

    url_name, lookup, parent, noun = "policy-draft", "key", ("Policy drafts", "policy-drafts"), "draft"
    tabs = (
        Tab("", "What changes", "governance/policy/_changes.html", _changes),
        Tab("edit", "Edit", "governance/policy/_edit.html", _edit, shown=lambda user, draft: draft.state == "draft"),
        Tab("approvals", "Approvals", "governance/policy/_draft_approvals.html", _approvals),
        Tab("activity", "Activity", ACTIVITY, lambda page, draft: lines_for(draft, page.request.GET.get("before"))),
    )

    def load(self) -> PolicyDraft:
        """Return the draft of the address, and work out what it would change."""
        draft = get(self.user, self.kwargs["key"])
        self.newest = queries.newest()
        base = draft.based_on if draft.state != PolicyDraft.State.DRAFT else self.newest
        self.differences = compare.compare(queries.document(base), draft.document)
        self.proposable = rules.may_propose(self.user, draft, self.newest, differs=bool(self.differences))
        return draft

    def header(self, obj: PolicyDraft) -> Header:
        """Say where the draft stands."""
        facts = [
            Fact("Author", atoms.person(obj.author)),
            Fact("Based on", obj.based_on.label),
            Fact("To hold from", atoms.time(obj.effective_at, missing="its approval")),
        ]
        if obj.adopted_as:
            facts.append(Fact("Became", atoms.link(reverse("policy-version", args=[obj.adopted_as.label]), obj.adopted_as.label)))
        state = (DRAFT_TONES[obj.state], obj.get_state_display())
        return Header(obj.title, obj.key, state=state, facts=tuple(facts), next=self.next(obj), buttons=self.buttons(obj))

    def next(self, obj: PolicyDraft) -> Next | None:
        """Return the one next action of a draft."""
        if obj.state == PolicyDraft.State.PROPOSED:
            request = approvals.of_subject("policy", obj.pk).first()
            look = (Button("See who decides", reverse("approval", args=[request.key])),) if request else ()
            return Next("It waits for approval.", "Approvers sign it as it is; nobody can edit it meanwhile.", "", look)
        if obj.state == PolicyDraft.State.REJECTED:
            again = Button(
                "Take it up again",
                reverse("policy-draft-revise", args=[obj.key]),
                post=True,
                verdict=rules.may_revise(self.user, obj),
            )
            return Next("It was rejected.", "The reason is under Approvals.", "warn", (again,))
        if obj.state != PolicyDraft.State.DRAFT or not rules.may_draft(self.user):
            return None
        if obj.based_on_id != self.newest.pk:
            put = Button(
                f"Put it on {self.newest.label}", reverse("policy-draft-rebase", args=[obj.key]), kind="primary", post=True
            )
            return Next(
                f"Policy {self.newest.label} was adopted since.", "Below is what the draft would change there.", "warn", (put,)
            )
        count = len(self.differences)
        propose = Button(
            "Propose it", reverse("policy-draft-propose", args=[obj.key]), "send", "primary", dialog=True, verdict=self.proposable
        )
        return Next(
            f"{count or 'Nothing'} {'thing differs' if count == 1 else 'things differ' if count else 'differs'} from what holds.",
            "",
            "",
            (propose,),
        )

    def buttons(self, obj: PolicyDraft) -> tuple[Button, ...]:
        """Return what can be done with a draft."""
        export = Button("Export as YAML", reverse("policy-draft-yaml", args=[obj.key]), "download", "bare")
        if obj.state != PolicyDraft.State.DRAFT or not rules.may_draft(self.user):
            return (export,)
        return (
            Button("Details", reverse("policy-draft-details", args=[obj.key]), "edit", dialog=True),
            Button("Edit as YAML", reverse("policy-draft-editor", args=[obj.key]), "document"),
            export,
            Button("Discard", reverse("policy-draft-discard", args=[obj.key]), "trash", "bare", dialog=True),
        )


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


class DraftRow(DraftAction):
    """One row of a draft, as a form."""

    form_class, wide = forms.RowForm, True

    def row(self, obj: PolicyDraft) -> dict[str, Any]:
        """Return the row of the address. Raises NotVisible."""
        slug, index = self.kwargs["section"], self.kwargs["index"]
        rows = _rows(obj.document, slug) if slug in forms.SECTIONS else []
        if index >= len(rows):
            raise NotVisible("There is no such row in this draft.", fix="Choose one under Edit.")
        return rows[index]

    def get_title(self) -> str:
        """Return the row's name."""
        return compare.name_of(self.row(self.obj))

    def form_arguments(self, obj: PolicyDraft) -> dict[str, Any]:
        """Give the form the row and the document that it refers to."""
        return {"document": obj.document, "path": forms.SECTIONS[self.kwargs["section"]], "row": self.row(obj)}

    def build(self, obj: PolicyDraft, bound: bool) -> BaseForm:
        """Return the form, or 404 for a row that is not there."""
        self.row(obj)
        self.form = super().build(obj, bound)
        return self.form

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Put the row in its place and save the whole."""
        form: Any = self.form
        document = normal.changed(obj.document, forms.SECTIONS[self.kwargs["section"]], self.kwargs["index"], form.changed_row())
        return actions.change_draft(obj, actor=self.user, document=document, expected_version=self.seen_version)

    def extra(self, obj: PolicyDraft) -> dict[str, Any]:
        """Lay the fields out in columns."""
        return {"fields_template": "governance/policy/_row_fields.html"}

    def success_url(self, result: PolicyDraft) -> str:
        """Return to the parts to edit."""
        return reverse("policy-draft-edit", args=[result.key])

    def back_url(self, obj: PolicyDraft) -> str:
        """Return to the parts to edit."""
        return reverse("policy-draft-edit", args=[obj.key])

    def said(self, result: PolicyDraft) -> str:
        """Say that it is saved."""
        return f"{self.get_title()} is saved in the draft."


class ProposeDraft(DraftAction):
    """Put a draft before its approvers."""

    title, submit = "Propose this change of policy", "Propose it"

    def verdict(self, obj: PolicyDraft) -> Verdict:
        """Say whether it can be proposed."""
        newest = queries.newest()
        return rules.may_propose(self.user, obj, newest, differs=obj.document != queries.document(newest))

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
