"""Pages of erasure: the list, one request with what would go and what stays, and what is done to it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.erasure import actions, forms, queries, rules
from governance.erasure.models import Erasure
from governance.erasure.tables import ErasureFilters, ErasureTable, is_late, state_of
from governance.ledger.queries import lines_for
from governance.people import lookups
from governance.people.models import User
from governance.people.views.sensitive import SensitivePage
from governance.retention.views import FAMILY, NAV, admit
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View


class ErasureList(ListPage):
    """All requests to be erased."""

    key, url_name, title, family, nav = "erasures", "erasures", "Erasures", FAMILY, NAV
    table, filterset = ErasureTable, ErasureFilters
    lead = "{total} requests to be forgotten. Each is due within thirty days, and a second person decides it."
    search_hint = "Find by name, address or reference"
    views = (View("All"), View("Open", "state=asked"), View("Overdue", "overdue=true"), View("Erased", "state=done"))
    actions = (
        PageAction(
            "Record a request", lambda user: reverse("erasure-new"), "plus", True, lambda user: bool(rules.may_record(user))
        ),
    )
    empty = Empty(
        "Nobody has asked to be forgotten",
        "A request is due within thirty days. What is personal goes; what was done stays, under a reference.",
        "Record a request", lambda user: reverse("erasure-new") if rules.may_record(user) else "",
    )  # fmt: skip

    def rows(self, user: Any) -> QuerySet[Erasure]:
        """Return the requests that the reader may see."""
        admit(user)
        return queries.visible_to(user)


def _overview(page: Any, erasure: Erasure) -> dict[str, Any]:
    is_open = erasure.state == Erasure.State.ASKED
    return {"found": queries.found(erasure) if is_open else [], "verdict": page.erasable if is_open else None}


class ErasurePage(ObjectPage):
    """One request: what would go and what stays; afterwards what went."""

    url_name, lookup, parent, noun, nav = "erasure", "key", ("Erasures", "erasures"), "erasure", NAV
    tabs = (
        Tab("", "Overview", "governance/erasure/_erasure.html", _overview),
        Tab(
            "activity", "Activity", "governance/ledger/_activity.html",
            lambda page, erasure: lines_for(erasure, page.request.GET.get("before")),
        ),
    )  # fmt: skip

    def load(self) -> Erasure:
        """Return the request of the address."""
        return queries.get(self.user, self.kwargs["key"])

    @property
    def erasable(self) -> Verdict:
        """Whether it could be carried out now."""
        if not hasattr(self, "_erasable"):
            self._erasable = queries.erasable(self.obj)
        return self._erasable

    def header(self, obj: Erasure) -> Header:
        """Say whom it is about, when it is due, and who decides."""
        facts = [
            Fact("Asked", atoms.time(obj.asked_on, "long")),
            Fact("Recorded by", atoms.person(obj.recorded_by, me=self.user)),
        ]
        if obj.decided_by is not None and obj.decided_at is not None:
            facts += [
                Fact("Decided by", atoms.person(obj.decided_by, me=self.user)),
                Fact("On", atoms.time(obj.decided_at, "long")),
            ]
        else:
            facts.append(Fact("Due", atoms.time(obj.due_on, "long")))
        withdraw = rules.may_withdraw(self.user, obj)
        buttons = (Button("Withdraw", reverse("erasure-withdraw", args=[obj.key]), dialog=True),) if withdraw else ()
        return Header(obj.whose, obj.key, state=state_of(obj), facts=tuple(facts), next=self.next(obj), buttons=buttons)

    def next(self, obj: Erasure) -> Next | None:
        """Say what stands in the way, or offer the decision to a second person."""
        if obj.state != Erasure.State.ASKED:
            return None
        may, can = rules.may_decide(self.user, obj), self.erasable
        tone = "stop" if is_late(obj) else "warn"
        refuse = Button("Refuse", reverse("erasure-refuse", args=[obj.key]), dialog=True, verdict=may)
        erase = Button("Erase", reverse("erasure-carry-out", args=[obj.key]), kind="stop", verdict=may if not may else can)
        if not can:
            return Next(can.reason, can.fix, tone, (*self.ways(obj), refuse))
        days = (obj.due_on - clock.today()).days
        left = f"{days} days are left." if days > 1 else "It is due now." if days >= 0 else f"It is {-days} days late."
        return Next("A second person decides this request.", left if may else f"{left} {may.reason}", tone, (erase, refuse))

    def ways(self, obj: Erasure) -> tuple[Button, ...]:
        """Offer what must be done first."""
        person = obj.person
        if person is None or person.erased_at is not None:
            return ()
        if person.is_active:
            return (Button("Close the account", person.get_absolute_url(), "person", "primary"),)
        return (Button("Reassign", reverse("person-reassign", args=[person.ref]), "arrow", "primary"),)


class AskErasure(ActionPage):
    """Record that somebody asked to be forgotten."""

    title, submit, form_class, nav = "Record a request to be erased", "Record it", forms.AskForm, NAV
    lead = "Nothing is erased yet: a second person looks at what would go, and decides."
    crumbs = [("Erasures", "/privacy/erasures/"), ("New", "")]

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_record(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with today, and with whom the address names."""
        return {"asked_on": clock.today(), "who": self.request.GET.get("person", "")[:60]}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Erasure:
        """Record it."""
        said = given["who"].strip()
        person: User | None = lookups.person(said, field="who", active=False) if said.startswith("p_") else None
        words = {name: given[name] for name in ("asked_on", "basis", "identity", "note")}
        return actions.ask(actor=self.user, person=person, address="" if person else said, **words)

    def success_url(self, result: Erasure) -> str:
        """Show it."""
        return result.get_absolute_url()

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("erasures")

    def said(self, result: Erasure) -> str:
        """Say until when."""
        return f"{result.key} is recorded, and due on {atoms.day(result.due_on)}."


class OnErasure(ActionPage):
    """Base of what is done to one request."""

    nav = NAV

    def load(self) -> Erasure:
        """Return the request of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Erasure) -> Verdict:
        """Say whether the person decides it."""
        return rules.may_decide(self.user, obj)


class CarryOut(OnErasure, SensitivePage):
    """Erase, for good."""

    title, submit, form_class, tone = "Erase for good", "Erase", forms.DecideForm, "stop"
    lead = "This cannot be undone. History and ledger keep the reference, and still verify."

    def verdict(self, obj: Erasure) -> Verdict:
        """Say whether the person decides it, and whether it can be done now."""
        may = rules.may_decide(self.user, obj)
        return queries.erasable(obj) if may else may

    def perform(self, obj: Erasure, given: Mapping[str, Any]) -> Erasure:
        """Erase."""
        return actions.carry_out(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Erasure) -> str:
        """Say so."""
        return f"{result.key} is carried out."


class Refuse(OnErasure):
    """Refuse a request, with the reason."""

    title, submit, form_class, tone = "Refuse the request", "Refuse it", forms.RefuseForm, "stop"

    def perform(self, obj: Erasure, given: Mapping[str, Any]) -> Erasure:
        """Refuse it."""
        return actions.refuse(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Erasure) -> str:
        """Say what remains to do."""
        return f"{result.key} is refused. Tell the person why, and that they may complain."


class Withdraw(OnErasure):
    """Withdraw a request."""

    title, submit, form_class = "Withdraw the request", "Withdraw it", forms.DecideForm

    def verdict(self, obj: Erasure) -> Verdict:
        """Say whether the person may."""
        return rules.may_withdraw(self.user, obj)

    def perform(self, obj: Erasure, given: Mapping[str, Any]) -> Erasure:
        """Withdraw it."""
        return actions.withdraw(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Erasure) -> str:
        """Say so."""
        return f"{result.key} is withdrawn."
