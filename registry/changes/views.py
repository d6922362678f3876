"""Pages of changes: the list, one change with its decision record, proposing, rolling back, retiring."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals import rules as approval_rules
from governance.approvals.models import ApprovalRequest
from governance.approvals.views import table_of
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Tab, View
from registry.changes import actions, queries, reading
from registry.changes.forms import ProposeForm, RetireForm, RollBackForm
from registry.changes.models import Change
from registry.changes.tables import TONES, ChangeFilters, ChangeTable
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Surface


class ChangeList(ListPage):
    """All changes a person may see."""

    key, url_name, title = "changes", "changes", "Changes"
    table, filterset = ChangeTable, ChangeFilters
    lead = "{total} proposals, each leading from one revision to the next."
    search_hint = "Find by title, surface or reason"
    views = (
        View("All"),
        View("Open", "state=proposed&state=approved"),
        View("Asked by me", "requester={me}"),
        View("In force", "state=in_force"),
        View("Rollbacks", "is_rollback=true"),
    )
    empty = Empty(
        "Nothing was proposed yet",
        "A change fixes what a surface may do under a hash, and asks named people to approve exactly that.",
        "Look at the surfaces",
        lambda user: reverse("surfaces"),
    )

    def rows(self, user: Any) -> QuerySet[Change]:
        """Return the changes that the reader may see."""
        return queries.visible_to(user)


def _overview(page: ObjectPage, change: Change) -> dict[str, Any]:
    request = approvals.with_table(ApprovalRequest.objects.filter(pk=change.request_id or 0)).first()
    shown = {"shown": reading.what_changes(change), "subject": change}
    return shown | {"request_shown": request, "rows": table_of(request, page.user) if request else []}


class ChangePage(ObjectPage):
    """One change: what differs, what could go wrong, who approved it."""

    url_name, lookup, parent = "change", "key", ("Changes", "changes")
    tabs = (
        Tab("", "Overview", "registry/changes/_change.html", _overview),
        Tab(
            "contract",
            "Whole contract",
            "registry/changes/_contract.html",
            lambda page, change: reading.contract(change),
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, change: lines_for(change, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Change:
        """Return the change of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Change) -> Header:
        """Say what is proposed for which surface, and what comes next."""
        surface = atoms.link(reverse("surface", args=[obj.surface.key]), obj.surface.name, obj.surface.key)
        facts = [
            Fact("Surface", surface),
            Fact("Asked by", atoms.person(obj.requester)),
            Fact("Revision", f"r{obj.revision.number}"),
            Fact("Hash", atoms.hash_code(obj.revision.digest)),
        ]
        if obj.in_force_at:
            facts.append(Fact("In force since", atoms.time(obj.in_force_at)))
        elif obj.planned_on:
            facts.append(Fact("Planned for", atoms.time(obj.planned_on)))
        state = (TONES[obj.state], obj.get_state_display())
        return Header(
            obj.title,
            obj.key,
            state=state,
            tier=obj.revision.tier,
            facts=tuple(facts),
            next=self.next_step(obj),
            buttons=self.buttons(obj),
        )

    def next_step(self, change: Change) -> Next | None:
        """Return the one thing to do: decide, or wait for whom."""
        request = change.request
        if request is None or request.state != ApprovalRequest.State.OPEN:
            return None
        steps = approvals.with_table(ApprovalRequest.objects.filter(pk=request.pk)).get().steps.all()
        if approval_rules.may_answer(self.user, request) and approvals.step_for(self.user, steps):
            decide = Button("Decide", reverse("approval", args=[request.key]), kind="primary", key="d")
            return Next("This waits for your decision.", "You sign the hash above, and nothing else.", "warn", (decide,))
        return None

    def buttons(self, change: Change) -> tuple[Button, ...]:
        """Return what else can be done."""
        request = change.request
        if request is not None and approval_rules.may_withdraw(self.user, request):
            return (Button("Withdraw", reverse("approval-withdraw", args=[request.key]), dialog=True),)
        return ()


class SurfaceAction(ActionPage):
    """Base of what is done to a surface from here."""

    def load(self) -> Surface:
        """Return the surface of the address."""
        return surfaces.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may."""
        return surface_rules.may_edit(self.user, obj, surfaces.grants_of(self.user, obj))

    def back_url(self, obj: Surface) -> str:
        """Return to the surface."""
        return reverse("surface", args=[obj.key])

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Offer the revisions that once held."""
        return {"targets": queries.rollback_targets(obj)}

    def success_url(self, result: Any) -> str:
        """Go to the change."""
        return reverse("change", args=[result.key])


class Propose(SurfaceAction):
    """Propose the open draft as the next revision."""

    title, submit, form_class, wide = "Propose a change", "Propose", ProposeForm, True
    template = "registry/changes/propose.html"

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Show what the draft would change, what it still lacks, and who will decide."""
        return {"draft": reading.draft(obj), "surface": obj}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Change:
        """Propose."""
        record = {name: value for name, value in given.items() if name not in {"title", "why"}}
        return actions.propose(
            obj,
            actor=self.user,
            title=given["title"],
            why=given["why"],
            record=record,
            expected_version=self.seen_version,
        )

    def said(self, result: Change) -> str:
        """Say who decides."""
        places = result.request.steps.count() if result.request else 0
        return f"Revision {result.revision.number} is proposed. {places} people are asked to approve it."


class RollBack(SurfaceAction):
    """Go back to an earlier revision."""

    title, submit, form_class, tone = "Roll back", "Propose the rollback", RollBackForm, "stop"
    lead = "An earlier revision is proposed again, under its own hash, through the lane for rollbacks."

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Change:
        """Propose the rollback."""
        return actions.roll_back(obj, actor=self.user, to=given["to"], why=given["why"], expected_version=self.seen_version)

    def said(self, result: Change) -> str:
        """Say what happens next."""
        return f"The rollback to revision {result.revision.number} is proposed."


class Retire(SurfaceAction):
    """End a surface."""

    title, submit, form_class, tone = "Retire the surface", "Retire", RetireForm, "stop"
    lead = "Nothing is in force any more, and the record is closed. Its history stays."

    def verdict(self, obj: Surface) -> Verdict:
        """Owners, team leads and risk officers retire."""
        return surface_rules.may_own_decisions(self.user, obj)

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Nothing more is needed."""
        return {}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Retire."""
        return actions.retire(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def success_url(self, result: Surface) -> str:
        """Return to the surface."""
        return reverse("surface", args=[result.key])

    def said(self, result: Surface) -> str:
        """Say so."""
        return f"{result.name} is retired."
