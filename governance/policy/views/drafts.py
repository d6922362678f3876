"""Pages of policy drafts: the list, and a draft with what it would change."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals.views import table_of
from governance.core.errors import NotVisible
from governance.ledger.queries import lines_for
from governance.policy import compare, forms, normal, queries, rules
from governance.policy.models import PolicyDraft
from governance.policy.tables import DRAFT_TONES, DraftFilters, DraftTable
from governance.policy.views.versions import ACTIVITY
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View

KEY = re.compile(r"^[Pp][Dd]-?0*(\d{1,18})$")
EDITED = {"tiers": "Tiers", "routes": "Who approves", "data_classes": "Data classes", "categories": "Incident categories",
          "lanes": "Lanes", "controls": "Controls", "severities": "Severities", "positions": "Positions",
          "clock_limits": "Clock limits", "regulatory_clocks": "Regulatory clocks", "causes": "Causes",
          "retention": "Retention", "keep_days": "Observations kept", "keep_text": "Prompts and outputs kept",
          "findings": "Findings", "metrics": "Scorecard metrics"}  # fmt: skip
PARTS = {"clocks": "Clocks before triage, and warnings", "business_hours": "Business hours",
         "incident_reporting": "Reporting incidents", "outside_edition": "Outside edition of postmortems",
         "error_budget": "Window of error budgets"}  # fmt: skip
PROOF = {"pack_redaction": "Left out of the buyer's edition", "pack_classification": "Classification of audit packs",
         "rooms": "Buyer's rooms and status page", "access_review": "Access reviews",
         "answers": "Answers to questionnaires"}  # fmt: skip
OBSERVED = {"observations": "Redaction of kept texts", "spending": "Money", "loop": "Loops", "digest": "Weekly digest",
            "cadence": "Cadence", "scorecard": "Stage, and what is never shown"}  # fmt: skip


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
    sections, document = [], normal.filled(draft.document)
    for slug, title in EDITED.items():
        rows = rows_of(document, slug)
        links = [
            (compare.name_of(row), reverse("policy-draft-row", args=[draft.key, slug, index])) for index, row in enumerate(rows)
        ]
        sections.append((title, links))
    for title, parts in (("Incidents", PARTS), ("Proof", PROOF), ("What is observed", OBSERVED)):
        links = [(name, reverse("policy-draft-part", args=[draft.key, part])) for part, name in parts.items()]
        sections.append((title, links))
    return {"draft": draft, "sections": sections, "verdict": rules.may_edit(page.user, draft)}


def _approvals(page: Any, draft: PolicyDraft) -> dict[str, Any]:
    requests = list(approvals.of_subject("policy", draft.pk))
    return {"draft": draft, "requests": [(request, table_of(request, page.user)) for request in requests]}


def rows_of(document: Mapping[str, Any], slug: str) -> list[dict[str, Any]]:
    """Return the rows of a section that has forms."""
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
