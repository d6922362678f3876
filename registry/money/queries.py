"""Reads of prices, exchange rates, limits and what follows from them. `visible_to` is the only door to each."""

import re
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import roles
from governance.people.rows import is_insider
from registry.catalog.models import Endpoint
from registry.money import rules
from registry.money.held import NOTHING, SpentUp
from registry.money.models import AtHard, Chargeback, Repricing, Scope, SpendLimit, SpendMark
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.usage.prices import ExchangeRate, Price

NUMBER = r"0*(\d{1,18})$"


def prices(user: Any) -> QuerySet[Price]:
    """Return the prices a person may see: those inside see them all."""
    rows: QuerySet[Price] = Price.objects.visible_to(user)
    return rows.select_related("endpoint__vendor", "vendor")


def rates(user: Any) -> QuerySet[ExchangeRate]:
    """Return the exchange rates a person may see."""
    rows: QuerySet[ExchangeRate] = ExchangeRate.objects.visible_to(user)
    return rows


def repricings(user: Any) -> QuerySet[Repricing]:
    """Return the periods that were priced anew: their sums are the company's, so they are for those who read all."""
    return Repricing.objects.all() if roles.reads_all(user) else Repricing.objects.none()


def chargebacks(user: Any) -> QuerySet[Chargeback]:
    """Return the chargeback reports: the company's sums, for those who read all."""
    rows = Chargeback.objects.select_related("made_by")
    return rows if roles.reads_all(user) else rows.none()


def visible_to(user: Any) -> QuerySet[SpendLimit]:
    """Return the limits a person may see: of surfaces that they see, of their team, and those that they own."""
    rows = SpendLimit.objects.select_related("surface", "team", "vendor", "owner")
    if roles.reads_all(user):
        return rows
    if not is_insider(user):
        return rows.none()
    seen = Q(surface__in=surfaces.visible_to(user).values("pk")) | Q(owner=user)
    if user.team_id:
        seen |= Q(scope=Scope.TEAM, team=user.team_id)
    return rows.filter(seen)


def get_price(user: Any, key: str) -> Price:
    """Return one price by its key (PR-3). Raises NotVisible."""
    return _one(prices(user).select_related("endpoint__owner", "vendor__owner"), "PR", key, "price")


def get_rate(user: Any, key: str) -> ExchangeRate:
    """Return one exchange rate by its key (FX-3) or number. Raises NotVisible."""
    return _one(rates(user), "FX", key, "exchange rate")


def get_repricing(user: Any, key: str) -> Repricing:
    """Return what pricing a period anew came to, by its key (RP-3). Raises NotVisible."""
    return _one(repricings(user), "RP", key, "pricing anew")


def get_limit(user: Any, key: str) -> SpendLimit:
    """Return one limit by its key (SL-3). Raises NotVisible."""
    return _one(visible_to(user).select_related("surface__owner", "surface__team__lead", "team__lead"), "SL", key, "spend limit")


def get_chargeback(user: Any, key: str) -> Chargeback:
    """Return one chargeback report by its key (CB-3). Raises NotVisible."""
    return _one(chargebacks(user), "CB", key, "chargeback report")


def may_limit(user: Any, scope: str, surface: Surface | None = None, team: Any = None) -> Verdict:
    """Say whether a person may set or change a limit of this scope."""
    may_edit = surfaces.may_edit(user, surface) if surface is not None else None
    leads = team is not None and team.lead_id is not None and team.lead_id == user.pk
    return rules.may_limit(user, scope, may_edit=may_edit, leads=leads)


def may_keep(user: Any, limit: SpendLimit) -> Verdict:
    """Say whether a person may change or end a limit."""
    return rules.may_keep(user, limit, may_limit(user, limit.scope, limit.surface, limit.team))


def month(day: date | None = None) -> date:
    """Return the first day (UTC) of the month of a day, or of this one."""
    return (day or clock.now().date()).replace(day=1)


def reached() -> QuerySet[SpendLimit]:
    """Return the limits whose hard limit is reached in this month."""
    return SpendLimit.objects.filter(state=SpendLimit.State.ACTIVE, passed_month=month())


def refusing() -> SpentUp:
    """Return what may call no model now, because a hard limit that refuses is reached: one statement while none is."""
    rows = reached().filter(at_hard=AtHard.REFUSE).values_list("pk", "scope", "surface_id", "team_id", "vendor_id", "feature")
    found: dict[str, dict[Any, str]] = {scope: {} for scope in Scope.values}
    for pk, scope, surface, team, vendor, feature in rows:
        of = {Scope.SURFACE: surface, Scope.TEAM: team, Scope.VENDOR: vendor, Scope.FEATURE: feature}.get(Scope(scope))
        found[scope][of] = f"SL-{pk}"
    if not any(found.values()):
        return NOTHING
    vendors = found[Scope.VENDOR]
    served = Endpoint.objects.filter(vendor__in=vendors).values_list("key", "vendor_id") if vendors else ()
    return SpentUp(
        company=found[Scope.COMPANY].get(None, ""),
        surfaces=found[Scope.SURFACE],
        teams=found[Scope.TEAM],
        endpoints={key: vendors[vendor] for key, vendor in served},
        features=found[Scope.FEATURE],
    )


def warned(rows: QuerySet[SpendLimit]) -> QuerySet[SpendLimit]:
    """Keep the limits whose soft limit was seen passed in this month, but not the hard one."""
    now = month()
    soft = SpendMark.objects.filter(limit=OuterRef("pk"), month=now, hard=OuterRef("hard"), is_soft=True)
    found = rows.filter(Exists(soft), state=SpendLimit.State.ACTIVE)
    return found.filter(Q(passed_month__isnull=True) | ~Q(passed_month=now))


def _one(rows: QuerySet[Any], prefix: str, key: str, noun: str) -> Any:
    found = re.match(rf"(?i)^(?:{prefix}-)?{NUMBER}", key)
    row = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no {noun} {key[:40]} that you can see.", fix="Check the key, or choose one from the list.")
    return row
