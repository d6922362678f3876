"""Pages of approvals: the list, the deciding screen, and each way to decide."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms as django_forms
from django.db.models import QuerySet
from django.urls import reverse

from governance.approvals import actions, forms, queries, rules
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.approvals.tables import TONES, RequestFilters, RequestTable
from governance.core import clock
from governance.core.asking import asked, foretell
from governance.core.contributions import ApprovalKind, contribution
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.bench import Bench, bench
from governance.people.models import User
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, Tab, View


class RequestList(ListPage):
    """All requests a person may see."""

    key, url_name, title = "approvals", "approvals", "Approvals"
    table, filterset = RequestTable, RequestFilters
    lead = "{total} requests. Each is decided by named people, for one hash."
    search_hint = "Find by title or subject"
    views = (
        View("All"),
        View("Waiting", "state=open"),
        View("Asked by me", "requester={me}"),
        View("Rejected", "state=rejected"),
    )
    empty = Empty("Nothing was asked yet", "When somebody proposes a change, the people whom policy names decide on it here.")

    def rows(self, user: Any) -> QuerySet[ApprovalRequest]:
        """Return the requests that the reader may see."""
        return queries.visible_to(user)


def table_of(request: ApprovalRequest, user: Any, seats: Bench | None = None) -> list[dict[str, Any]]:
    """Return the approvals table: each step with who decided or who is asked; `seats` where the page read them already."""
    seats, rows = seats or bench(), []
    mine = queries.step_for(user, request.steps.all(), seats) if rules.may_answer(user, request) else None
    for step in request.steps.all():
        last = max(step.decisions.all(), key=lambda decision: decision.pk, default=None)
        filled = last if last is not None and step.filled_by_id == last.person_id else None
        asked = [str(person) for person in queries.deciders_of(step, seats)] if filled is None else []
        rows.append(
            {
                "step": step,
                "decision": filled,
                "other": [decision for decision in step.decisions.all() if decision is not filled],
                "asked": asked,
                "mine": mine is not None and step.pk == mine.pk and request.state == ApprovalRequest.State.OPEN,
                "state": _state(step, filled, request),
            }
        )
    return rows


def _state(step: Any, decision: Decision | None, request: ApprovalRequest) -> tuple[str, str]:
    if decision is not None:
        tone = "stop" if decision.verdict == Decision.Verdict.REJECT else "ok"
        return tone, decision.get_verdict_display().lower()
    return ("wait", "waiting") if request.state == ApprovalRequest.State.OPEN else ("until", "not asked any more")


def _decide(page: "RequestPage", request: ApprovalRequest) -> dict[str, Any]:
    kind, subject = page.kind, page.subject
    conditions = Condition.objects.filter(decision__request=request).select_related("owner", "decision__person")
    foretell([conditions, queries.near_question(page.user)])
    verdict = rules.may_answer(page.user, request)
    step = queries.step_for(page.user, request.steps.all(), page.seats) if verdict else None
    waiting = [other for other in queries.waiting_for(page.user, page.seats) if other.pk != request.pk]
    return {
        "subject": subject,
        "subject_url": kind.url(subject),
        "subject_label": kind.label,
        "subject_template": kind.template,
        "subject_context": kind.context(page.user, subject) if kind.context else {},
        "rows": table_of(request, page.user, page.seats),
        "step": step,
        "verdict": verdict,
        "next_request": waiting[0] if waiting else None,
        "left": len(waiting),
        "conditions": asked(conditions),
    }


class RequestPage(ObjectPage):
    """The deciding screen: what changes, what it could do, who decided, and the decision itself."""

    url_name, lookup, parent = "approval", "key", ("Approvals", "approvals")
    tabs = (
        Tab("", "Decide", "governance/approvals/_decide.html", _decide),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, request: lines_for(request, page.request.GET.get("before")),
        ),
    )

    def load(self) -> ApprovalRequest:
        """Return the request of the address."""
        return queries.get(self.user, self.kwargs["key"])

    @cached_property
    def kind(self) -> ApprovalKind:
        """What kind of thing is decided on."""
        return contribution(ApprovalKind, self.obj.subject_kind)

    @cached_property
    def subject(self) -> Any:
        """The thing that is decided on; read once."""
        return self.kind.load(self.obj.subject_id)

    @cached_property
    def seats(self) -> Bench:
        """Who may decide in which position; read once."""
        return bench()

    def is_mine(self, request: ApprovalRequest) -> bool:
        """Whether it waits for this reader."""
        if request.state != ApprovalRequest.State.OPEN or not rules.may_answer(self.user, request):
            return False
        step = queries.step_for(self.user, request.steps.all(), self.seats)
        return step is not None and step.state == ApprovalStep.State.WAITING

    def header(self, obj: ApprovalRequest) -> Header:
        """Say what is asked for, by whom, for which hash, until when."""
        facts = [
            Fact(self.kind.label, atoms.link(self.kind.url(self.subject), obj.subject_key)),
            Fact("Asked by", atoms.person(obj.requester)),
            Fact("Lane", obj.lane.replace("_", " ")),
            Fact("Policy", obj.policy_version.label),
            Fact("Hash", atoms.hash_code(obj.subject_digest)),
        ]
        if obj.state == ApprovalRequest.State.OPEN:
            due = obj.due_at or obj.expires_at
            facts.insert(2, Fact("Was due" if due < clock.now() else "Due", atoms.time(due)))
        buttons = []
        if obj.state == ApprovalRequest.State.OPEN and rules.may_withdraw(self.user, obj):
            buttons.append(Button("Withdraw", reverse("approval-withdraw", args=[obj.key]), dialog=True))
        state = ("wait", "Waiting for you") if self.is_mine(obj) else (TONES[obj.state], obj.get_state_display())
        return Header(obj.title, obj.key, state=state, tier=obj.tier, facts=tuple(facts), buttons=tuple(buttons))


class DecisionPage(ActionPage):
    """Base of the ways to decide; shows the hash that one signs and hands it back."""

    verdict_given: ClassVar[str] = Decision.Verdict.APPROVE

    def load(self) -> ApprovalRequest:
        """Return the request of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: ApprovalRequest) -> Verdict:
        """Say whether the person may decide at all."""
        return rules.may_answer(self.user, obj)

    def initial(self, obj: ApprovalRequest) -> dict[str, Any]:
        """Start with the hash that is on the screen."""
        return {"digest": obj.subject_digest}

    def perform(self, obj: ApprovalRequest, given: Mapping[str, Any]) -> ApprovalRequest:
        """Record the decision."""
        decision = actions.decide(obj, actor=self.user, verdict=self.verdict_given, **given)
        return decision.request

    def success_url(self, result: ApprovalRequest) -> str:
        """Go on to the next one that waits, or back to this one."""
        waiting = queries.waiting_for(self.user)
        return reverse("approval", args=[waiting[0].key if waiting else result.key])

    def back_url(self, obj: ApprovalRequest) -> str:
        """Return to the deciding screen."""
        return reverse("approval", args=[obj.key])

    def said(self, result: ApprovalRequest) -> str:
        """Say what was decided and what came of it."""
        result.refresh_from_db()
        done = actions.SAID[Decision.Verdict(self.verdict_given)].strip(",").replace(", with conditions", " with conditions")
        after = f" It is {result.get_state_display().lower()} now." if result.state != ApprovalRequest.State.OPEN else ""
        return f"You {done} {result.title}.{after}"


class Approve(DecisionPage):
    """A yes."""

    title, submit, form_class = "Approve", "Approve", forms.ApproveForm


class Reject(DecisionPage):
    """A no with its reason."""

    title, submit, form_class, tone = "Reject", "Reject", forms.ReasonForm, "stop"
    verdict_given = Decision.Verdict.REJECT


class Abstain(DecisionPage):
    """Neither."""

    title, submit, form_class = "Abstain", "Abstain", forms.AbstainForm
    lead = "The step stays open for somebody else in the position."
    verdict_given = Decision.Verdict.ABSTAIN


def choosable(request: ApprovalRequest, user: Any) -> QuerySet[User]:
    """Return the people who can be asked for something about a request."""
    return User.objects.filter(is_active=True, kind=User.Kind.PERSON).exclude(pk=request.requester_id).order_by("name")


class Delegate(DecisionPage):
    """Hand this decision to somebody."""

    title, submit, form_class = "Delegate this decision", "Delegate", forms.DelegateForm
    lead = "Only this one. For a whole absence, give a delegation on your profile."
    verdict_given = Decision.Verdict.DELEGATE

    def form_arguments(self, obj: ApprovalRequest) -> dict[str, Any]:
        """Offer everybody but the requester and oneself."""
        return {"people": choosable(obj, self.user).exclude(pk=self.user.pk)}


class ApproveWithConditions(DecisionPage):
    """A yes with something to be done."""

    title, submit, form_class = "Approve with conditions", "Approve with conditions", forms.ConditionsForm
    lead = "Each condition becomes an action item with an owner and a date."
    verdict_given = Decision.Verdict.CONDITIONS

    def form_arguments(self, obj: ApprovalRequest) -> dict[str, Any]:
        """Offer active people; the requester first."""
        people = User.objects.filter(is_active=True, kind=User.Kind.PERSON).order_by("name")
        return {"people": people, "owner": obj.requester}


class Withdraw(ActionPage):
    """Take a request back."""

    title, submit, tone, form_class = "Withdraw the request", "Withdraw", "stop", forms.WithdrawForm
    lead = "What was decided so far stays on record."

    def load(self) -> ApprovalRequest:
        """Return the request of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: ApprovalRequest) -> Verdict:
        """Say whether the person may."""
        return rules.may_withdraw(self.user, obj)

    def perform(self, obj: ApprovalRequest, given: Mapping[str, Any]) -> ApprovalRequest:
        """Withdraw."""
        return actions.withdraw(obj, actor=self.user, reason=given["reason"])

    def success_url(self, result: ApprovalRequest) -> str:
        """Return to the request."""
        return reverse("approval", args=[result.key])

    def said(self, result: ApprovalRequest) -> str:
        """Say that it is withdrawn."""
        return f"{result.title} is withdrawn."


class MeetCondition(ActionPage):
    """Say that a condition is met."""

    title, submit = "Say that it is done", "It is done"
    form_class: ClassVar[type[django_forms.BaseForm]] = forms.NoteForm

    def load(self) -> Condition:
        """Return the condition, if its request is visible."""
        request = queries.get(self.user, self.kwargs["key"])
        found = Condition.objects.filter(pk=self.kwargs["pk"], decision__request=request).first()
        if found is None:
            raise NotVisible("There is no such condition.")
        return found

    def perform(self, obj: Condition, given: Mapping[str, Any]) -> Condition:
        """Record it."""
        return actions.meet_condition(obj, actor=self.user, note=given["note"], expected_version=self.seen_version)

    def success_url(self, result: Condition) -> str:
        """Return to the request."""
        return reverse("approval", args=[result.decision.request.key])

    def said(self, result: Condition) -> str:
        """Say so."""
        return "The condition is met."
