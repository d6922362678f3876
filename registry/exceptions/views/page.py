"""The list of exceptions, and one exception."""

from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals import rules as approval_rules
from governance.approvals.models import ApprovalRequest
from governance.approvals.views import table_of
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.people.bench import Bench, bench
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.exceptions import queries, reading, rules
from registry.exceptions.models import ControlException
from registry.exceptions.queries import days_left, left
from registry.exceptions.tables import ExceptionFilters, ExceptionTable, state_of
from registry.surfaces import queries as surfaces


class ExceptionList(ListPage):
    """All exceptions a person may see."""

    key, url_name, title = "exceptions", "exceptions", "Exceptions"
    table, filterset = ExceptionTable, ExceptionFilters
    lead = "{total} in all. Each names its controls, its owner and the day on which it ends by itself."
    search_hint = "Find by title, reason or measures"
    views = (
        View("All"),
        View("In force", "state=active"),
        View("Ending soon", f"ends_within={rules.SOON_DAYS}"),
        View("Over, still relied on", "relied_on=true"),
        View("Mine", "owner={me}"),
    )
    actions = (
        PageAction(
            "Ask for an exception",
            lambda user: reverse("exception-new"),
            icon="plus",
            primary=True,
            shown=roles.may_write,
        ),
    )
    empty = Empty(
        "No exceptions",
        "Where a control cannot be met for a while, an exception says why, what is done instead, who answers for it, and the "
        "day on which it ends. Named people approve it.",
        "Ask for an exception",
        lambda user: reverse("exception-new"),
    )

    def rows(self, user: Any) -> QuerySet[ControlException]:
        """Return the exceptions that the reader may see."""
        return queries.visible_to(user).annotate(covered=Count("covers"))


def _overview(page: "ExceptionPage", exception: ControlException) -> dict[str, Any]:
    rows = table_of(page.asked, page.user, page.seats) if page.asked else []
    return {"shown": page.shown, "subject": exception, "request_shown": page.asked, "rows": rows}


class ExceptionPage(ObjectPage):
    """One exception: what it covers, who approved it, how long it still holds."""

    url_name, lookup, parent = "exception", "key", ("Exceptions", "exceptions")
    tabs = (
        Tab("", "Overview", "registry/exceptions/_exception.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, exception: lines_for(exception, page.request.GET.get("before")),
        ),
    )

    def load(self) -> ControlException:
        """Return the exception of the address."""
        return queries.get(self.user, self.kwargs["key"])

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What is shown of it; read once."""
        return reading.what(self.user, self.obj)

    @cached_property
    def asked(self) -> ApprovalRequest | None:
        """The request for it with its table; read once."""
        return approvals.with_table(ApprovalRequest.objects.filter(pk=self.obj.request_id or 0)).first()

    @cached_property
    def seats(self) -> Bench:
        """Who may decide in which position; read once."""
        return bench()

    @cached_property
    def edits_all(self) -> bool:
        """Whether this person may edit every surface that it covers."""
        covered = self.obj.surfaces.select_related("owner", "team__lead")
        return all(surfaces.may_edit(self.user, surface) for surface in covered)

    def header(self, obj: ControlException) -> Header:
        """Say what is excepted, until when, who answers for it, and what comes next."""
        facts = [
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Asked by", atoms.person(obj.requester)),
            Fact("Ends on", atoms.time(obj.expires_on, "long")),
            Fact("Hash", atoms.hash_code(obj.digest)),
        ]
        if left(obj):
            facts.insert(3, Fact("Time left", left(obj), hidden_label=True))
        return Header(
            obj.title,
            obj.key,
            state=state_of(obj),
            tier=obj.tier,
            facts=tuple(facts),
            next=(step := self.next_step(obj)),
            buttons=self.buttons(obj, extends=step is None),
        )

    def next_step(self, exception: ControlException) -> Next | None:
        """Return the one thing to do: decide, ask for more time, or mend what relied on it."""
        if exception.request is not None and exception.request.state == ApprovalRequest.State.OPEN:
            request = self.asked
            may_answer = request is not None and approval_rules.may_answer(self.user, request)
            if request is not None and may_answer and approvals.step_for(self.user, request.steps.all(), self.seats):
                decide = Button("Decide", reverse("approval", args=[request.key]), kind="primary", key="d")
                return Next("This waits for your decision.", "You sign the hash above, and nothing else.", "warn", (decide,))
            return None
        if any(each.state in ControlException.OPEN_STATES for each in self.shown["extensions"]):
            return None
        may = rules.may_extend(self.user, exception, may_edit=self.edits_all)
        more = Button("Ask for more time", reverse("exception-extend", args=[exception.key]), kind="primary", verdict=may)
        if self.shown["is_over"] and (count := len(self.shown["relied_on"])):
            said = f"{count} surface{'s hold' if count > 1 else ' holds'} what came into force on its strength."
            return Next(said, "Meet the controls there, or ask for more time.", "stop", (more,) if may else ())
        if left(exception) and days_left(exception) <= rules.SOON_DAYS:
            return Next(f"It {_ends(exception)}.", "Meet the controls by then, or ask for more time.", "warn", (more,))
        return None

    def buttons(self, exception: ControlException, *, extends: bool) -> tuple[Button, ...]:
        """Return what else can be done; to extend it only where that is not the next step already."""
        request, found = exception.request, []
        if request is not None and approval_rules.may_withdraw(self.user, request):
            found.append(Button("Withdraw", reverse("approval-withdraw", args=[request.key]), dialog=True))
        if extends and rules.may_extend(self.user, exception, may_edit=self.edits_all):
            found.append(Button("Extend", reverse("exception-extend", args=[exception.key]), icon="clock"))
        if rules.may_hand_over(self.user, exception):
            found.append(Button("Change owner", reverse("exception-owner", args=[exception.key]), dialog=True))
        approvers = [person.pk for person in queries.approvers(exception)]
        if rules.may_end(self.user, exception, may_edit=self.edits_all, approvers=approvers):
            found.append(Button("End it now", reverse("exception-end", args=[exception.key]), kind="stop", dialog=True))
        return tuple(found)


def _ends(exception: ControlException) -> str:
    days = days_left(exception)
    return "ends today" if not days else f"ends in {days} day{'s'[: days > 1]}"
