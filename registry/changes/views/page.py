"""Pages of changes: the list, and one change with what differs, what holds it, and who approved it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals import rules as approval_rules
from governance.approvals.models import ApprovalRequest
from governance.approvals.views import table_of
from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.bench import Bench, bench
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.changes import actions, queries, reading, rules
from registry.changes.forms import WhyForm
from registry.changes.models import Change
from registry.changes.tables import TONES, ChangeFilters, ChangeTable
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules


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
        View("Held", "state=approved"),
        View("Rollbacks", "is_rollback=true"),
        View("Emergencies", "is_emergency=true"),
    )
    actions = (
        PageAction("Release lanes", lambda user: reverse("lanes"), icon="changes"),
        PageAction("Freezes", lambda user: reverse("freezes"), icon="calendar"),
        PageAction("Drills", lambda user: reverse("drills"), icon="clock"),
        PageAction("Emergencies", lambda user: reverse("emergencies")),
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


def _overview(page: "ChangePage", change: Change) -> dict[str, Any]:
    rows = []
    if page.asked:
        approvals.read_decisions(page.asked)
        rows = table_of(page.asked, page.user, page.seats)
    return {"shown": page.shown, "subject": change, "request_shown": page.asked, "rows": rows}


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

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What the deciding screen shows of it; read once."""
        return reading.deciding(self.user, self.obj)

    @cached_property
    def asked(self) -> ApprovalRequest | None:
        """The request for it with its steps, who decided apart: only the overview tells that; read once."""
        request: ApprovalRequest | None = self.obj.request
        if request is not None:
            approvals.read_steps(request)
        return request

    @cached_property
    def seats(self) -> Bench:
        """Who may decide in which position; read once."""
        return bench()

    @cached_property
    def may_edit(self) -> Verdict:
        """Whether this person may propose for its surface."""
        return surfaces.may_edit(self.user, self.obj.surface)

    def header(self, obj: Change) -> Header:
        """Say what is proposed for which surface, and what comes next."""
        surface = atoms.link(reverse("surface", args=[obj.surface.key]), obj.surface.name, obj.surface.key)
        facts = [
            Fact("Surface", surface),
            Fact("Asked by", atoms.person(obj.requester)),
            Fact("Revision", f"r{obj.revision.number}"),
            Fact("Hash", atoms.hash_code(obj.revision.digest)),
        ]
        if obj.is_emergency:
            facts.insert(0, Fact("Kind", atoms.state("warn", "Emergency")))
        if obj.in_force_at:
            facts.append(Fact("In force since", atoms.time(obj.in_force_at)))
        elif obj.planned_at or obj.planned_on:
            facts.append(Fact("Planned for", atoms.time(obj.planned_at or obj.planned_on)))
        if obj.state == Change.State.APPROVED and obj.approval_ends_at:
            facts.append(Fact("Approval holds until", atoms.time(obj.approval_ends_at)))
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
        """Return the one thing to do: propose again, lift what holds it, decide, or review."""
        if change.state in {Change.State.VOIDED, Change.State.EXPIRED}:
            return self._again(change)
        if change.state == Change.State.APPROVED:
            return self._held(change)
        if change.state == Change.State.PROPOSED and self.shown["drift"]:
            return Next("Its approval is void.", " ".join(self.shown["drift"]), "stop")
        if change.is_emergency and change.in_force_at is not None:
            return self._review(change)
        return self._decide(change)

    def _again(self, change: Change) -> Next:
        words = "Its approval was voided." if change.state == Change.State.VOIDED else "It expired."
        newer = change.surface.changes.filter(pk__gt=change.pk).order_by("-pk").first()
        if newer is not None:
            look = Button(f"Look at {newer.key}", reverse("change", args=[newer.key]))
            return Next(words, f"{change.ended_why} Another change followed.".strip(), "", (look,))
        again = Button("Propose it again", reverse("change-again", args=[change.key]), kind="primary", post=True)
        return Next(words, change.ended_why, "stop", (again,) if self.may_edit else ())

    def _held(self, change: Change) -> Next | None:
        if self.shown["drift"]:
            return Next("Its approval is void.", " ".join(self.shown["drift"]), "stop")
        found = self.shown["holds"]
        if not found:
            start = Button("Bring into force now", reverse("change-start", args=[change.key]), kind="primary", post=True)
            said = "It comes into force by itself within five minutes."
            return Next("Approved, and nothing holds it any more.", said, "", (start,) if self.may_edit else ())
        doors = tuple(Button("Go there", hold.url, kind="primary") for hold in found[:1] if hold.url)
        more = f" {len(found) - 1} more below." if len(found) > 1 else ""
        return Next("Approved, and held.", f"{found[0].what} {found[0].fix}{more}".strip(), "warn", doors)

    def _review(self, change: Change) -> Next | None:
        review = getattr(change, "emergency_review", None)
        if review is None or review.state == review.State.CLOSED:
            return None
        verdict = rules.may_review(self.user, review, queries.let_in(change), queries.may_judge(self.user, change))
        close = Button("Close the review", reverse("emergency-review", args=[review.key]), kind="primary", dialog=True)
        late = review.due_at < clock.now()
        words = f"Its review {'was' if late else 'is'} due {atoms.when(review.due_at)}."
        said = "Look back at what was done in a hurry, and say whether it stays." if verdict else verdict.reason
        return Next(words, said, "stop" if late else "warn", (close,) if verdict else ())

    def _decide(self, change: Change) -> Next | None:
        if change.request is None or change.request.state != ApprovalRequest.State.OPEN:
            return None
        request = self.asked
        may_answer = request is not None and approval_rules.may_answer(self.user, request)
        if request is not None and may_answer and approvals.step_for(self.user, request.steps.all(), self.seats):
            decide = Button("Decide", reverse("approval", args=[request.key]), kind="primary", key="d")
            return Next("This waits for your decision.", "You sign the hash above, and nothing else.", "warn", (decide,))
        return None

    def buttons(self, change: Change) -> tuple[Button, ...]:
        """Return what else can be done."""
        request = change.request
        if request is not None and approval_rules.may_withdraw(self.user, request):
            return (Button("Withdraw", reverse("approval-withdraw", args=[request.key]), dialog=True),)
        may_own = surface_rules.may_own_decisions(self.user, change.surface)
        if change.state == Change.State.APPROVED and rules.may_take_back(self.user, change, may_own):
            return (Button("Withdraw", reverse("change-withdraw", args=[change.key]), dialog=True),)
        return ()


class OnChange(ActionPage):
    """Base of what is done to one change."""

    def load(self) -> Change:
        """Return the change of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def back_url(self, obj: Change) -> str:
        """Return to the change."""
        return reverse("change", args=[obj.key])

    def success_url(self, result: Change) -> str:
        """Go to the change."""
        return reverse("change", args=[result.key])


class Start(OnChange):
    """Bring an approved change into force now, where nothing holds it."""

    title, submit = "Bring into force", "Bring into force now"

    def verdict(self, obj: Change) -> Verdict:
        """Whoever may propose for the surface; what holds it is said by the action."""
        return surfaces.may_edit(self.user, obj.surface)

    def perform(self, obj: Change, given: Mapping[str, Any]) -> Change:
        """Bring it into force."""
        return actions.bring_into_force(obj, actor=self.user)

    def said(self, result: Change) -> str:
        """Say what holds now."""
        return f"Revision {result.revision.number} is in force."


class Again(OnChange):
    """Propose a voided or expired change again."""

    title, submit = "Propose it again", "Propose it again"
    lead = "The same contract and record, for approval as things stand now."

    def verdict(self, obj: Change) -> Verdict:
        """Whoever may propose for the surface."""
        return surfaces.may_edit(self.user, obj.surface)

    def perform(self, obj: Change, given: Mapping[str, Any]) -> Change:
        """Propose it."""
        return actions.repropose(obj, actor=self.user)

    def said(self, result: Change) -> str:
        """Say that people are asked."""
        return f"Proposed again as revision {result.revision.number}."


class TakeBack(OnChange):
    """Withdraw a change that is approved and held."""

    title, submit, tone, form_class = "Withdraw the change", "Withdraw", "stop", WhyForm
    lead = "What was decided stays on record; the revision does not come into force."

    def verdict(self, obj: Change) -> Verdict:
        """Whoever asked for it, and who answers for the surface."""
        return rules.may_take_back(self.user, obj, surface_rules.may_own_decisions(self.user, obj.surface))

    def perform(self, obj: Change, given: Mapping[str, Any]) -> Change:
        """Withdraw it."""
        return actions.withdraw(obj, actor=self.user, reason=given["reason"])

    def said(self, result: Change) -> str:
        """Say so."""
        return f"{result.title} is withdrawn."
