"""Guests: the list, one access with what it reaches and what was read, letting one in, deciding again, ending."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.reading import unbounded
from governance.core.verdict import Verdict
from governance.ledger import queries as ledger
from governance.ledger.queries import lines_for
from governance.people.views.sensitive import ShownOncePage
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.guests import actions, queries, rules
from registry.guests.forms import EndForm, GuestForm, TermsForm
from registry.guests.models import GuestAccess
from registry.guests.tables import GuestFilters, GuestTable, guest_of, state_of

FAMILY, NAV = "packs", "packs"
LATEST = 50


def _may_decide(user: Any) -> bool:
    return bool(rules.may_decide(user))


class GuestList(ListPage):
    """All accesses that a person may see."""

    key, url_name, title, nav, family = "guests", "guests", "Guest auditors", NAV, FAMILY
    table, filterset = GuestTable, GuestFilters
    lead = "{total} looks from outside, each with one scope, one period and an end. What they read is in the ledger."
    search_hint = "Find by purpose, scope or name"
    views = (View("All"), View("Active", "state=active"), View("Invited", "state=invited"))
    actions = (PageAction("Let a guest in", lambda user: reverse("guest-new"), icon="plus", primary=True, shown=_may_decide),)
    empty = Empty(
        "No guest looks at anything",
        "An auditor from outside gets an account of their own: some surfaces, one stretch of time, read-only, until a day.",
        "Let a guest in",
        lambda user: reverse("guest-new"),
    )

    def rows(self, user: Any) -> QuerySet[GuestAccess]:
        """Return the accesses that the reader may see."""
        return queries.rows(user)


def _scope(page: ObjectPage, access: GuestAccess) -> dict[str, Any]:
    held = queries.surfaces_of(access).only("pk", "name", "tier")
    return {
        "surfaces": held[:200],
        "count": held.count(),
        "terms": access.terms.select_related("decided_by").order_by("-number"),
    }


def _reads(page: ObjectPage, access: GuestAccess) -> dict[str, Any]:
    given = page.request.GET.get("before", "")
    entries = queries.reads(access)
    if given.isdecimal() and len(given) < 19:
        entries = entries.filter(seq__lt=int(given))
    found = ledger.lines(entries[: LATEST + 1])
    return {"lines": found[:LATEST], "more": found[LATEST - 1].seq if len(found) > LATEST else None}


def own_activity(page: ObjectPage, obj: Any) -> dict[str, Any]:
    """Return what happened to an access or a question: one's own affairs, whatever the period of the audit."""
    with unbounded():
        return lines_for(obj, page.request.GET.get("before"))


class GuestPage(ObjectPage):
    """One access: for those who gave it, and for the guest."""

    url_name, lookup, parent, noun, nav = "guest", "key", ("Guest auditors", "guests"), "access", NAV
    tabs = (
        Tab("", "Scope", "registry/guests/_scope.html", _scope),
        Tab("reads", "What was read", "registry/guests/_reads.html", _reads),
        Tab("activity", "Activity", "governance/ledger/_activity.html", own_activity),
    )

    def load(self) -> GuestAccess:
        """Return the access of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: GuestAccess) -> Header:
        """Say who looks at what, from when to when, until when."""
        facts = (
            Fact("Guest", guest_of(obj) or atoms.DASH),
            Fact("Period", f"{atoms.day(obj.period_from, long=True)} to {atoms.day(obj.period_until, long=True)}"),
            Fact("Ends", atoms.time(obj.ends_at, "long")),
            Fact("Contact", atoms.person(obj.contact, me=self.user)),
        )
        buttons: tuple[Button, ...] = ()
        if rules.may_extend(self.user, obj):
            buttons = (
                Button("Decide again", reverse("guest-extend", args=[obj.key]), dialog=True),
                Button("End it", reverse("guest-end", args=[obj.key]), kind="stop", dialog=True),
            )
        return Header(obj.purpose, obj.key, state=state_of(obj), facts=facts, next=_next(obj), buttons=buttons)


def _next(access: GuestAccess) -> Next | None:
    if access.state == GuestAccess.State.ENDED:
        return Next("This access has ended.", access.ended_because)
    if access.state == GuestAccess.State.INVITED:
        return Next("The guest has not come in yet.", "The scope opens when the invitation is accepted.", "warn")
    return None


class LetIn(ShownOncePage):
    """Let a guest in; the invitation's link is shown once where no mail goes out."""

    title, submit, form_class, nav, wide = "Let a guest auditor in", "Let them in", GuestForm, NAV, True
    lead = "They see these surfaces and what happened in this period, change nothing, and whatever they read is in the ledger."
    done_url = ""

    def load(self) -> None:
        """Nothing is there yet."""

    def verdict(self, obj: Any) -> Verdict:
        """Whoever lets people in."""
        return rules.may_decide(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer what the person sees."""
        return {"user": self.user}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with oneself as the contact."""
        return {"contact": self.user.pk}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> GuestAccess:
        """Let them in."""
        scope, held = queries.scope_of(self.user, keys=given["surfaces"], team=given["team"])
        made = actions.let_in(
            actor=self.user,
            purpose=given["purpose"],
            scope=scope,
            surfaces=held,
            terms=terms_of(given),
            contact=given["contact"],
            reason=given["reason"],
            email=given["email"],
            name=given["name"],
            person=given["person"],
        )
        if made.secret:
            self.secret = self.request.build_absolute_uri(reverse("invitation-accept", args=[made.secret]))
        self.done_url = made.access.get_absolute_url()
        return made.access

    def shown(self) -> dict[str, Any]:
        """Say what to do with the link."""
        text = "Send it to the guest. It works once, for two weeks; the scope opens when they come in."
        return {"title": "The guest's invitation", "text": text, "done_url": self.done_url}

    def success_url(self, result: GuestAccess) -> str:
        """Go to the access."""
        return result.get_absolute_url()

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("guests")


def terms_of(given: Mapping[str, Any]) -> actions.Terms:
    """Return the terms of a form; the access ends with its last day."""
    return actions.Terms(given["period_from"], given["period_until"], clock.end_of(given["ends_on"]))


class OnAccess(ActionPage):
    """Base of what is decided on one access."""

    nav = NAV

    def load(self) -> GuestAccess:
        """Return the access of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: GuestAccess) -> Verdict:
        """Say whether the person may."""
        return rules.may_extend(self.user, obj)


class Extend(OnAccess):
    """Decide again on the period and the end."""

    title, submit, form_class = "Decide again", "Decide", TermsForm
    lead = "The scope stays. Period and end change by this decision; the ones before stay on record."

    def initial(self, obj: GuestAccess) -> dict[str, Any]:
        """Start with what holds."""
        return {"period_from": obj.period_from, "period_until": obj.period_until, "ends_on": obj.ends_at.date()}

    def perform(self, obj: GuestAccess, given: Mapping[str, Any]) -> GuestAccess:
        """Decide."""
        return actions.extend(
            obj, actor=self.user, terms=terms_of(given), reason=given["reason"], expected_version=self.seen_version
        )

    def said(self, result: GuestAccess) -> str:
        """Say so."""
        return f"{result.key} is decided anew."


class End(OnAccess):
    """End an access."""

    title, submit, form_class, tone = "End the access", "End it", EndForm, "stop"
    lead = "The guest is signed out and sees nothing any more, from this moment."

    def perform(self, obj: GuestAccess, given: Mapping[str, Any]) -> GuestAccess:
        """End it."""
        return actions.end(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: GuestAccess) -> str:
        """Say so."""
        return f"{result.key} has ended."
