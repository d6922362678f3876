"""Reads of objectives: who sees which, how they stand, and which surfaces a spent budget holds.

`standings` takes three statements whatever the number of objectives, beside the one that finds the policy in force.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import Q, QuerySet, Sum

from governance.core import clock
from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people import roles
from governance.policy import queries as policy
from registry.budgets import burn
from registry.budgets.burn import Burn, Counted, Pair, Terms
from registry.budgets.models import BudgetEvent, BudgetHold, BudgetHour, BurnAlert, Objective
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Oo][Bb]-)?0*(\d{1,18})$")
FINE = timedelta(hours=6)
"""Spans up to this one are read from single events, longer ones from the sums of hours."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an objective stands at a moment."""

    objective: Objective
    at: datetime
    counted: Counted
    burns: Sequence[Burn]
    hold: BudgetHold | None = None

    @property
    def terms(self) -> Terms:
        """What it asks for."""
        return terms_of(self.objective)

    @property
    def allowed(self) -> Decimal:
        """How many bad events the window allows."""
        return burn.allowed(self.terms, self.counted)

    @property
    def spent(self) -> Decimal:
        """The share of the budget that is used."""
        return burn.spent(self.terms, self.counted)

    @property
    def is_spent(self) -> bool:
        """Whether nothing of it is left."""
        return self.spent >= burn.WHOLE

    @property
    def told(self) -> Sequence[Burn]:
        """The pairs of windows in which it is used up too fast, the most pressing first."""
        return [each for each in self.burns if each.is_told]

    @property
    def pace(self) -> Decimal:
        """The burn rate over the longest of the windows that are looked at."""
        return self.burns[-1].long if self.burns else burn.NOTHING

    @property
    def lasts(self) -> timedelta | None:
        """How long what is left lasts at this pace; None where it lasts, or is spent."""
        return burn.lasts(self.terms, self.spent, self.pace)


def pairs() -> Sequence[Pair]:
    """Return the pairs of windows that are told, by the policy in force, the shortest first."""
    found = [
        Pair(
            key=each.key,
            name=each.name,
            long=timedelta(minutes=each.long_minutes),
            short=timedelta(minutes=each.short_minutes),
            threshold=Decimal(str(each.rate)),
            is_page=each.page,
        )
        for each in policy.incident_rules().error_budget.burn_alerts
    ]
    return sorted(found, key=lambda each: each.long)


def offered(surface: Surface) -> dict[str, Any]:
    """Return what policy offers a new objective of a surface: its window, and the target of its tier, if it has one."""
    defaults = policy.incident_rules().error_budget
    target = defaults.targets.get(surface.tier) if surface.tier is not None else None
    found: dict[str, Any] = {"window_days": defaults.window_days}
    return found if target is None else {**found, "target": Decimal(str(target))}


def terms_of(objective: Objective) -> Terms:
    """Return what an objective asks for, as arithmetic takes it."""
    return Terms(Decimal(objective.target), timedelta(days=objective.window_days), objective.expected_events)


def visible_to(user: Any) -> QuerySet[Objective]:
    """Return the objectives of the surfaces that a person may see."""
    found = Objective.objects.select_related("surface", "owner", "suite")
    return found if roles.reads_all(user) else found.filter(surface__in=surfaces.visible_to(user).values("pk"))


def get(user: Any, key: str) -> Objective:
    """Return one objective by its key (OB-2). Raises NotVisible."""
    found = KEY.match(key)
    rows = visible_to(user).select_related("surface__owner", "surface__team__lead", "surface__in_force")
    objective = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if objective is None:
        raise NotVisible(f"There is no objective {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return objective


def of_surface(surface: Surface) -> QuerySet[Objective]:
    """Return a surface's objectives that count."""
    return Objective.objects.filter(surface=surface, state=Objective.State.ACTIVE).select_related("surface", "owner", "suite")


def events_visible_to(user: Any) -> QuerySet[BudgetEvent]:
    """Return the counted events of the objectives that a person may see."""
    return BudgetEvent.objects.filter(objective__in=visible_to(user).values("pk")).select_related("objective__surface", "by")


def standings(objectives: Iterable[Objective], at: datetime | None = None) -> dict[int, Standing]:
    """Return how objectives stand at a moment (now), by id."""
    named, at = list(objectives), at or clock.now()
    told = pairs()
    looked_at = {span for pair in told for span in (pair.long, pair.short)}
    windows, recent, held = _windows(named, looked_at, at), _recent(named, looked_at, at), _open(named, at)
    found = {}
    for each in named:
        spans = {**recent.get(each.pk, {}), **windows.get(each.pk, {})}
        whole = spans.get(timedelta(days=each.window_days), Counted())
        rates = burn.burns(terms_of(each), {span: spans.get(span, Counted()) for span in looked_at}, told)
        found[each.pk] = Standing(each, at, whole, rates, held.get(each.pk))
    return found


def standing(objective: Objective, at: datetime | None = None) -> Standing:
    """Return how one objective stands at a moment (now)."""
    return standings([objective], at)[objective.pk]


def _sums(spans: Iterable[timedelta], moment: str, at: datetime) -> dict[str, Sum]:
    made: dict[str, Sum] = {}
    for span in spans:
        within = Q(**{f"{moment}__gt": at - span, f"{moment}__lte": at})
        seconds = int(span.total_seconds())
        made |= {f"{kind}_{seconds}": Sum(kind, filter=within) for kind in ("good", "bad")}
    return made


def _read(row: Mapping[str, Any], spans: Iterable[timedelta]) -> dict[timedelta, Counted]:
    return {
        span: Counted(row[f"good_{int(span.total_seconds())}"] or 0, row[f"bad_{int(span.total_seconds())}"] or 0)
        for span in spans
    }


def _windows(named: Sequence[Objective], looked_at: Iterable[timedelta], at: datetime) -> dict[int, dict[timedelta, Counted]]:
    """The sums of whole windows and of the long spans, from the hours."""
    spans = {timedelta(days=each.window_days) for each in named} | {span for span in looked_at if span > FINE}
    if not named:
        return {}
    rows = BudgetHour.objects.filter(objective__in=named, hour__gt=at - max(spans), hour__lte=at).order_by()
    return {row["objective"]: _read(row, spans) for row in rows.values("objective").annotate(**_sums(spans, "hour", at))}


def _recent(named: Sequence[Objective], looked_at: Iterable[timedelta], at: datetime) -> dict[int, dict[timedelta, Counted]]:
    """The sums of the short spans, from single events."""
    spans = [span for span in looked_at if span <= FINE]
    rows = BudgetEvent.objects.filter(objective__in=named, at__gt=at - FINE, at__lte=at).order_by()
    return {row["objective"]: _read(row, spans) for row in rows.values("objective").annotate(**_sums(spans, "at", at))}


def _open(named: Sequence[Objective], at: datetime) -> dict[int, BudgetHold]:
    return {hold.objective_id: hold for hold in _held(at).filter(objective__in=named)}


def _held(at: datetime) -> QuerySet[BudgetHold]:
    within = Q(closed_at__isnull=True) | Q(closed_at__gt=at)
    return BudgetHold.objects.filter(within, opened_at__lte=at).select_related("objective")


def holding(surface_ids: Iterable[int], at: datetime | None = None) -> dict[int, list[BudgetHold]]:
    """Return the holds of spent budgets at a moment (now) by surface id, in one statement; without any, it is left out."""
    found: dict[int, list[BudgetHold]] = {}
    for hold in asked(holding_question(surface_ids, at or clock.now())):
        found.setdefault(hold.surface_id, []).append(hold)
    return found


def holding_question(surface_ids: Iterable[int], at: datetime) -> QuerySet[BudgetHold]:
    """Return what `holding` asks at a moment."""
    return _held(at).filter(surface__in=list(surface_ids)).order_by("opened_at", "pk")


def to_look_at() -> QuerySet[Objective]:
    """Return the objectives of which time alone may turn something: what is held or told, and what was just counted."""
    since = clock.now() - max((pair.long for pair in pairs()), default=FINE)
    turned = Q(pk__in=BudgetHold.objects.filter(closed_at__isnull=True).values("objective"))
    turned |= Q(pk__in=BurnAlert.objects.filter(ended_at__isnull=True).values("objective"))
    turned |= Q(pk__in=BudgetHour.objects.filter(hour__gt=since, bad__gt=0).values("objective"))
    return Objective.objects.filter(turned, state=Objective.State.ACTIVE).select_related("surface", "owner")


@dataclass(frozen=True, slots=True)
class Day:
    """How much of a budget was spent in the window that ends with the day of `at`, as a share."""

    at: datetime
    spent: Decimal


def curves(objectives: Iterable[Objective], at: datetime | None = None) -> dict[int, list[Day]]:
    """Return for each objective how much of its budget was spent on each day of its window, and today.

    Each figure is that of the whole window up to the end of that day (UTC). One statement, whatever the number.
    """
    named, at = list(objectives), at or clock.now()
    if not named:
        return {}
    earliest = at - timedelta(days=2 * max(each.window_days for each in named))
    rows = BudgetHour.objects.filter(objective__in=named, hour__gt=earliest, hour__lte=at).order_by()
    days = rows.values_list("objective", "day").annotate(Sum("good"), Sum("bad"))
    by_day: dict[int, list[tuple[date, int, int]]] = {}
    for pk, day, good, bad in days.order_by("objective", "day"):
        by_day.setdefault(pk, []).append((day, good, bad))
    return {each.pk: _curve(each, by_day.get(each.pk, []), at) for each in named}


def _curve(objective: Objective, days: Sequence[tuple[date, int, int]], at: datetime) -> list[Day]:
    terms, begins = terms_of(objective), [day for day, _, _ in days]
    good, bad = [0, *accumulate(row[1] for row in days)], [0, *accumulate(row[2] for row in days)]
    made = []
    for ago in range(objective.window_days, -1, -1):
        end = at - timedelta(days=ago)
        first, last = (bisect_right(begins, moment.astimezone(UTC).date()) for moment in (end - terms.window, end))
        made.append(Day(end, burn.spent(terms, Counted(good[last] - good[first], bad[last] - bad[first]))))
    return made


def recent_holds(objective: Objective, limit: int = 20) -> list[BudgetHold]:
    """Return the last holds of an objective, the newest first."""
    return list(objective.holds.order_by("-opened_at", "-pk")[:limit])
