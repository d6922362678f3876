"""What follows from what was counted: holds that open and close, burns that are told, and the seal of each day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clocktime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from governance.core import clock, digest
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people.models import User
from governance.people.system import system_actor
from registry.budgets import queries
from registry.budgets.actions.locking import locked
from registry.budgets.burn import Burn
from registry.budgets.models import BudgetEvent, BudgetHold, BurnAlert, Level, Objective
from registry.budgets.queries import Standing

PLACES = Decimal("0.0001")
MOST = Decimal(99_999_999)


def settle(objective: Objective) -> bool:
    """Open or close its hold and its alerts as it stands now; say whether anything turned. Safe to run twice."""
    with transaction.atomic():
        objective = locked(objective, None)
        standing = queries.standing(objective)
        told = _told_pairs([objective]).get(objective.pk, set())
        if objective.state != Objective.State.ACTIVE or not _turns(standing, told):
            return False
        _turn(standing, actor=system_actor())
        return True


def settle_due(objectives: Iterable[Objective]) -> int:
    """Settle many, reading how they stand in a few statements; return how many turned."""
    named = list(objectives)
    found, told = queries.standings(named), _told_pairs(named)
    return sum(settle(each) for each in named if _turns(found[each.pk], told.get(each.pk, set())))


def _told_pairs(objectives: Iterable[Objective]) -> dict[int, set[str]]:
    """Return which pairs of windows are told of now, by objective."""
    found: dict[int, set[str]] = {}
    rows = BurnAlert.objects.filter(objective__in=list(objectives), ended_at__isnull=True)
    for pk, pair in rows.values_list("objective", "pair"):
        found.setdefault(pk, set()).add(pair)
    return found


def _turns(standing: Standing, told: set[str]) -> bool:
    return standing.is_spent != (standing.hold is not None) or {each.pair.key for each in standing.told} != told


@action
def _turn(standing: Standing, *, actor: User) -> None:
    if standing.is_spent and standing.hold is None:
        _hold(standing, actor)
    elif standing.hold is not None and not standing.is_spent:
        _release(standing, standing.hold, actor)
    told = {each.pair.key: each for each in standing.told}
    open_alerts = BurnAlert.objects.filter(objective=standing.objective, ended_at__isnull=True)
    known = {each.pair: each for each in open_alerts.select_related("objective__surface")}
    for key in told.keys() - known.keys():
        _alert(standing, told[key], actor)
    for key in known.keys() - told.keys():
        calm(known[key], actor)


def _told(standing: Standing, hold: BudgetHold) -> dict[str, Any]:
    objective = standing.objective
    return {
        "objective": objective.name,
        "bad": standing.counted.bad,
        "allowed": f"{standing.allowed.normalize():f}",
        "spent": str(min(standing.spent, MOST).quantize(PLACES)),
        "surface": objective.surface.key,
        "hold": hold.key,
    }


def _hold(standing: Standing, actor: User) -> None:
    objective = standing.objective
    used = min(standing.spent, MOST).quantize(PLACES)
    hold = BudgetHold(objective=objective, surface=objective.surface, spent=used, opened_at=standing.at)
    transitions.create(
        hold, actor=actor, kind="budget.spent", payload=_told(standing, hold) | {"hold": ""}, touches=hold.ledger_touches
    )


def _release(standing: Standing, hold: BudgetHold, actor: User) -> None:
    hold.objective = standing.objective
    transitions.change(
        hold,
        actor=actor,
        kind="budget.recovered",
        changes={"closed_at": max(standing.at, hold.opened_at)},
        expected={"closed_at": None},
        payload=_told(standing, hold),
        touches=hold.ledger_touches,
    )


def _alert(standing: Standing, each: Burn, actor: User) -> None:
    objective, rate = standing.objective, min(each.long, MOST).quantize(Decimal("0.01"))
    level = Level.PAGE if each.pair.is_page else Level.TICKET
    alert = BurnAlert(objective=objective, pair=each.pair.key, level=level, rate=rate, started_at=standing.at)
    told = {"objective": objective.name, "rate": f"{rate:f}", "pair": each.pair.key, "level": level.value}
    told["surface"] = objective.surface.key
    transitions.create(alert, actor=actor, kind="budget.burning", payload=told, touches=alert.ledger_touches)


def calm(alert: BurnAlert, actor: User) -> None:
    """End an alert, inside the action that found its burn over."""
    objective = alert.objective
    told = {"objective": objective.name, "pair": alert.pair, "surface": objective.surface.key}
    transitions.change(
        alert,
        actor=actor,
        kind="budget.calmed",
        changes={"ended_at": max(clock.now(), alert.started_at)},
        expected={"ended_at": None},
        payload=told,
        touches=alert.ledger_touches,
    )


def seal(day: date) -> int:
    """Tell the ledger the sums and the digest of what each objective was counted on a day (UTC); return how many.

    What services count does not go through the ledger one by one: a batch a minute from each would drown it. The seal binds
    all of a day's events to it all the same. A day is sealed once.
    """
    rows = BudgetEvent.objects.filter(**_counted_on(day)).values("objective").order_by()
    sealed = 0
    for row in rows.annotate(good=Sum("good"), bad=Sum("bad"), events=Count("pk")):
        objective = Objective.objects.select_related("surface").get(pk=row["objective"])
        if not _is_sealed(objective, day):
            told = {"good": row["good"], "bad": row["bad"], "events": row["events"]}
            _seal(objective, day, told, actor=system_actor())
            sealed += 1
    return sealed


@action
def _seal(objective: Objective, day: date, told: dict[str, int], *, actor: User) -> None:
    payload = {**told, "day": day.isoformat(), "digest": digest_of(objective, day), "surface": objective.surface.key}
    for event in BudgetEvent.objects.filter(objective=objective, **_counted_on(day)).order_by("pk").iterator():
        journal.bind_row(event)
    journal.record("budget.sealed", actor=actor, subject=objective, payload=payload)


def _is_sealed(objective: Objective, day: date) -> bool:
    type_, id_, _ = journal.identify(objective)
    told = Entry.objects.filter(kind="budget.sealed", subject_type=type_, subject_id=id_)
    return told.filter(body__contains=f'"day":"{day.isoformat()}"').exists()


def digest_of(objective: Objective, day: date) -> str:
    """Return the SHA-256 over the canonical JSON of an objective's events that were counted on a day (UTC)."""
    rows = BudgetEvent.objects.filter(objective=objective, **_counted_on(day)).order_by("pk")
    held = rows.values_list("pk", "at", "good", "bad", "source", "ref", "key", "by__ref", "counted_at")
    return digest.digest([[digest.plain(value) for value in row] for row in held])


def _counted_on(day: date) -> dict[str, datetime]:
    start = datetime.combine(day, clocktime(), UTC)
    return {"counted_at__gte": start, "counted_at__lt": start + timedelta(days=1)}
