"""Pages of spend limits: the list, one limit with its month, and what is done to it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import ALLOW, Verdict, deny
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.people.models import User
from governance.ui import atoms
from governance.ui.browse import Browse
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from governance.ui.paging import Slice
from registry.money import amounts, forecast, limits, queries, reading, spend
from registry.money.actions import limits as actions
from registry.money.forms import EndLimitForm, LimitForm, LimitTermsForm
from registry.money.limittables import LimitFilters, LimitTable, state_of
from registry.money.models import AtHard, Scope, SpendLimit, SpendMark
from registry.surfaces import queries as surfaces
from registry.usage import pricing
from registry.usage.queries import Row


def may_write(user: Any) -> bool:
    """Whether a person is offered to set limits."""
    return bool(roles.may_write(user))


class LimitList(ListPage):
    """How much may be spent, and how far it is."""

    key, url_name, title = "spend-limits", "spend-limits", "Spend limits"
    table, filterset = LimitTable, LimitFilters
    lead = "{total} limits for calendar months, each with somebody who answers for it."
    search_hint = "Find by surface, team, vendor or feature"
    page_size = 25
    views = (View("Hold", "state=active"), View("Reached", "reached=true"), View("Mine", "owner={me}"), View("All"))
    actions = (PageAction("Set a limit", lambda user: reverse("spend-limit-new"), icon="plus", primary=True, shown=may_write),)
    empty = Empty(
        "Nobody limited what is spent",
        "Say how much a surface, a team or the company may spend in a month. Its owner is told before it is spent; at the hard "
        "limit gateways are refused, or the mode is lowered, as you choose.",
        "Set a limit",
        lambda user: reverse("spend-limit-new") if may_write(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[SpendLimit]:
        """Return the limits that the reader may see."""
        return queries.visible_to(user)

    def slice(self, browse: Browse, base: QuerySet[SpendLimit]) -> Slice:
        """Return a page of rows, each with how it stands, worked out for all of them at once."""
        found = super().slice(browse, base)
        standings = limits.standings(found.rows)
        for row in found.rows:
            row.standing = standings[row.pk]
        return found


class LimitPage(ObjectPage):
    """One limit: its month against it, the marks it passed, and what is done about it."""

    url_name, lookup, parent, noun = "spend-limit", "key", ("Spend limits", "spend-limits"), "spend limit"
    tabs = (
        Tab("", "Overview", "registry/money/_limit.html", lambda page, obj: page.overview(obj)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> SpendLimit:
        """Return the limit of the address."""
        return queries.get_limit(self.user, self.kwargs["key"])

    def overview(self, obj: SpendLimit) -> dict[str, Any]:
        """Return its month as a picture, its terms, and the marks it passed."""
        month = spend.month_of(queries.month())
        reader, where = spend.everything(), limits.where_of(obj)
        days = spend.days_of(reader, month, where)
        foretold = forecast.forecast(days, month.end)
        standing = self.standing(obj)
        total = Row({}, cost=standing.spent)
        found = spend.Spend(month, total, 0, [], [], days, foretold)
        title = f"What {obj.what} spends in {month.first:%B}"
        marks = SpendMark.objects.filter(limit=obj).order_by("-pk")[:12]
        return {
            "curve": reading.curve(found, obj.currency, obj, title),
            "parts": _parts(obj, standing, foretold),
            "marks": [(each, amounts.said(each.spent, obj.currency)) for each in marks],
            "unpriced": standing.unpriced,
        }

    def standing(self, obj: SpendLimit) -> limits.Standing:
        """Return how it stands, read once for a page."""
        if not hasattr(self, "_standing"):
            self._standing = limits.standing(obj)
        return self._standing

    def header(self, obj: SpendLimit) -> Header:
        """Say for what it holds, who answers for it, and what comes next."""
        standing, may = self.standing(obj), queries.may_keep(self.user, obj)
        facts = (
            Fact("For", _what(obj)),
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Spent", f"{amounts.said(standing.spent, obj.currency)}, {standing.percent} %"),
        )
        buttons: tuple[Button, ...] = ()
        if may:
            buttons = (
                Button("Change", reverse("spend-limit-change", args=[obj.key]), "edit"),
                Button("End it", reverse("spend-limit-end", args=[obj.key]), dialog=True),
            )
        name = f"{obj.what[:1].upper()}{obj.what[1:]}"
        return Header(name, obj.key, state=state_of(obj, standing), facts=facts, next=_next(obj, standing, may), buttons=buttons)


def _what(limit: SpendLimit) -> Any:
    of = limit.surface or limit.vendor
    return atoms.link(of.get_absolute_url(), str(of)) if of is not None else limit.what


def _next(limit: SpendLimit, standing: limits.Standing, may: Verdict) -> Next | None:
    if limit.state != SpendLimit.State.ACTIVE or not standing.is_soft:
        return None
    raise_it = (Button("Change the limit", reverse("spend-limit-change", args=[limit.key])),) if may else ()
    if standing.is_reached:
        return Next(
            f"Its hard limit is reached: {limits.does(limit)}.", "Until the month ends, or its owner raises it.", "stop", raise_it
        )
    return Next("Its soft limit is passed.", f"{standing.percent} % of the hard limit is spent.", "warn", raise_it)


def _parts(limit: SpendLimit, standing: limits.Standing, foretold: Any) -> list[tuple[str, str, Any]]:
    money = limit.currency
    found: list[tuple[str, str, Any]] = [
        ("Hard limit", "a calendar month in UTC", atoms.number(limit.hard, money, 2)),
        ("Soft limit", "its owner is told", atoms.number(limit.soft, money, 2)),
        ("Spent", "this month", amounts.said(standing.spent, money)),
    ]
    if foretold is not None:
        span = f"{amounts.said(foretold.low, money)} to {amounts.said(foretold.high, money)}"
        found.append(("By the month's end", "nine times of ten", span))
    found.append(("At the hard limit", "", f"{limits.does(limit)[:1].upper()}{limits.does(limit)[1:]}"))
    told = ", ".join(f"{each} %" for each in limits.warn_at())
    found.append(("Told at", "as policy says", told or "only at its limits"))
    return [*found, ("Notes", "", limit.notes)] if limit.notes else found


class NewLimit(ActionPage):
    """Set a limit."""

    title, submit, form_class = "Set a spend limit", "Set it", LimitForm

    def verdict(self, obj: Any) -> Verdict:
        """Auditors set none; whether one may for this is known once it is named."""
        return ALLOW if roles.may_write(self.user) else deny("Auditors read everything and change nothing.")

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say in which currency."""
        return f"Amounts are in {pricing.company_currency()}, for calendar months in UTC."

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer what the person sees."""
        return {"user": self.user}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the surface that the address names, and with what its contract says."""
        start: dict[str, Any] = {"scope": Scope.SURFACE, "owner": self.user.pk, "at_hard": AtHard.TELL}
        asked = surfaces.KEY.match(self.request.GET.get("surface", "")[:40])
        rows = surfaces.visible_to(self.user).select_related("in_force")
        surface = rows.filter(pk=int(asked.group(1))).first() if asked else None
        if surface is None:
            return start
        start["surface"] = surface.key
        if offered := limits.offered(surface):
            owner = User.objects.filter(ref=offered.owner_ref, is_active=True).first()
            start |= {"hard": offered.hard, "soft": offered.soft, "owner": owner.pk if owner else self.user.pk}
        return start

    def perform(self, obj: Any, given: Mapping[str, Any]) -> SpendLimit:
        """Set it."""
        words = dict(given)
        named = words.pop("surface").strip()
        surface = surfaces.get(self.user, named) if named else None
        return actions.set_limit(actor=self.user, surface=surface, **words)

    def said(self, result: SpendLimit) -> str:
        """Say so."""
        return f"{result.what[:1].upper()}{result.what[1:]} may spend {result.hard} {result.currency} a month."

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("spend-limits")


class OnLimit(ActionPage):
    """Base of what is done to one limit."""

    def load(self) -> SpendLimit:
        """Return the limit of the address."""
        return queries.get_limit(self.user, self.kwargs["key"])

    def verdict(self, obj: SpendLimit) -> Verdict:
        """Say whether the person may."""
        return queries.may_keep(self.user, obj)


class ChangeLimit(OnLimit):
    """Change what it says."""

    title, submit, form_class = "Change the spend limit", "Save", LimitTermsForm

    def initial(self, obj: SpendLimit) -> dict[str, Any]:
        """Start with what it says."""
        return {name: getattr(obj, name) for name in actions.TERMS if name != "owner"} | {"owner": obj.owner_id}

    def perform(self, obj: SpendLimit, given: Mapping[str, Any]) -> SpendLimit:
        """Change it."""
        return actions.change(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: SpendLimit) -> str:
        """Say so."""
        return "The limit is saved."


class EndLimit(OnLimit):
    """Let it hold no more."""

    title, submit, form_class, tone = "End the spend limit", "End it", EndLimitForm, "stop"
    lead = "Nobody is told or refused any more. What it passed stays on record."

    def perform(self, obj: SpendLimit, given: Mapping[str, Any]) -> SpendLimit:
        """End it."""
        return actions.end(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: SpendLimit) -> str:
        """Say so."""
        return "The limit has ended."
