"""Counts good and bad events, each once: by hand, in batches from services, from eval runs and from incidents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from registry.budgets import rules
from registry.budgets.actions.facts import IncidentFacts
from registry.budgets.actions.locking import locked
from registry.budgets.actions.settling import settle
from registry.budgets.models import BudgetEvent, BudgetHour, Objective, Source
from registry.evals.models import EvalRun
from registry.surfaces import queries as surfaces

NAMED = 5


@dataclass(frozen=True, slots=True)
class Item:
    """So many good and bad events at a moment, under their source's own key."""

    key: str
    at: datetime
    good: int = 0
    bad: int = 0
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a batch: how many of its events were counted now, and how many had been before."""

    counted: int
    known: int


@action
def count(
    objective: Objective, good: int = 0, bad: int = 0, *, actor: User, ref: str, key: str, at: datetime | None = None
) -> Objective:
    """Count events by hand. Raises Denied by role or source, Invalid for impossible figures, Conflict for a used key."""
    objective = _for_counting(objective, actor, good, bad)
    now = clock.now()
    item = Item(key.strip(), at or now, good, bad, ref.strip())
    if wrong := rules.wrong_event(good, bad, item.at, item.key, now):
        field = "key" if not item.key else "at" if "moment" in wrong else "bad"
        raise Invalid(wrong, fields={field: [wrong]})
    if _add(objective, [item], objective.source, actor).known:
        raise Conflict("This is counted already.", fix="Give what you count now a key of its own.")
    _tell(objective, item, actor)
    settle(objective)
    return objective


def count_many(objective: Objective, items: Sequence[Item], *, actor: User) -> Counted:
    """Count a batch from a service, all of it or nothing; what was counted before under its key is left out.

    Raises Denied by role or source, Invalid naming what is wrong with which event, Conflict where a key was counted with
    other figures. The ledger is told once a day (`settling.seal`), and at once of what follows from it.
    """
    with transaction.atomic():
        now = _for_counting(objective, actor, sum(each.good for each in items), sum(each.bad for each in items))
        _check(items)
        done = _add(now, items, now.source, actor)
        if done.counted:
            settle(now)
    return done


def _for_counting(objective: Objective, actor: User, good: int, bad: int) -> Objective:
    """Return it as it stands now, held. Raises Denied for who may not count these events."""
    now = locked(objective, None)
    require(rules.may_keep(actor, now.surface, surfaces.may_edit(actor, now.surface)))
    require(rules.may_count(now, good, bad))
    return now


def _check(items: Sequence[Item]) -> None:
    if not 0 < len(items) <= rules.MOST_EVENTS:
        raise Invalid("Send events.", fields={"events": [f"1 to {rules.MOST_EVENTS:,} in one request."]})
    now, wrong = clock.now(), []
    seen: set[str] = set()
    for place, each in enumerate(items):
        why = rules.wrong_event(each.good, each.bad, each.at, each.key, now)
        why = why or (f"The key {each.key} stands twice in this request." if each.key in seen else "")
        seen.add(each.key)
        if why:
            wrong.append(f"Event {place + 1}: {why}")
    if wrong:
        more = [f"And {len(wrong) - NAMED} more."] if len(wrong) > NAMED else []
        raise Invalid("Nothing was counted: some events need another look.", fields={"events": wrong[:NAMED] + more})


def _add(objective: Objective, items: Sequence[Item], source: str, by: User | None) -> Counted:
    """Store what was not counted before, and add it to its hours. The objective is held by the caller."""
    known = {row.key: row for row in BudgetEvent.objects.filter(objective=objective, key__in=[each.key for each in items])}
    other = [each.key for each in items if (row := known.get(each.key)) and (row.good, row.bad) != (each.good, each.bad)]
    if other:
        named = ", ".join(other[:NAMED])
        raise Conflict(f"Counted before with other figures: {named}.", fix="Send the difference under a key of its own.")
    fresh = [each for each in items if each.key not in known]
    now = clock.now()
    BudgetEvent.objects.bulk_create(
        BudgetEvent(
            objective=objective,
            at=each.at,
            good=each.good,
            bad=each.bad,
            source=source,
            ref=each.ref,
            key=each.key,
            by=by,
            counted_at=now,
        )
        for each in fresh
    )
    _sum_up(objective, fresh)
    return Counted(len(fresh), len(items) - len(fresh))


def _sum_up(objective: Objective, items: Iterable[Item]) -> None:
    sums: dict[datetime, tuple[int, int]] = {}
    for each in items:
        hour = each.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        good, bad = sums.get(hour, (0, 0))
        sums[hour] = (good + each.good, bad + each.bad)
    held = list(BudgetHour.objects.filter(objective=objective, hour__in=sums))
    for row in held:
        good, bad = sums.pop(row.hour)
        row.good, row.bad = row.good + good, row.bad + bad
    BudgetHour.objects.bulk_update(held, ["good", "bad"])
    BudgetHour.objects.bulk_create(
        BudgetHour(objective=objective, hour=hour, day=hour.date(), good=good, bad=bad) for hour, (good, bad) in sums.items()
    )


def _tell(objective: Objective, item: Item, actor: User) -> None:
    told = {"good": item.good, "bad": item.bad, "ref": item.ref or item.key, "key": item.key, "surface": objective.surface.key}
    journal.record("budget.counted", actor=actor, subject=objective, payload=told, touches=objective.ledger_touches)


def count_run(run: EvalRun) -> int:
    """Count the cases of an eval run of what is in force, for the objectives that evals feed; return how many were fed.

    A run that broke off, or that speaks for another revision, says nothing of what people get. Safe to run twice.
    """
    if run.status != EvalRun.Status.FINISHED or run.revision_id is None or run.revision_id != run.surface.in_force_id:
        return 0
    if not run.passed + run.failed + run.errored:
        return 0
    found = Objective.objects.filter(surface=run.surface_id, source=Source.EVALS, state=Objective.State.ACTIVE)
    at, bad = min(run.started_at, run.received_at), run.failed + run.errored
    item = Item(run.key, at, run.passed, bad, run.key)
    return sum(_feed(each, item, Source.EVALS) for each in found if each.suite_id in {None, run.suite_id})


def count_incident(facts: IncidentFacts, *, actor: User | None = None) -> int:
    """Count an incident's bad events for the objectives that incidents feed; return for how many anything moved.

    Called again with other facts (another surface, a near miss after all) it counts the difference. Safe to run twice, and
    to call inside another action.
    """
    of_it = BudgetEvent.objects.filter(source=Source.INCIDENTS, ref=facts.key).values("objective")
    fed = Objective.objects.filter(source=Source.INCIDENTS, state=Objective.State.ACTIVE)
    moved = 0
    for objective in (fed.filter(surface__in=facts.surfaces) | fed.filter(pk__in=of_it)).distinct().order_by("pk"):
        wanted = max(facts.bad, 1) if objective.surface_id in facts.surfaces and not facts.near_miss else 0
        with transaction.atomic():
            now = locked(objective, None)
            rows = BudgetEvent.objects.filter(objective=now, source=Source.INCIDENTS, ref=facts.key)
            held: dict[str, Any] = rows.aggregate(bad=Sum("bad"), times=Count("pk"))
            difference = wanted - (held["bad"] or 0)
            if difference:
                item = Item(f"{facts.key}:{held['times'] + 1}", min(facts.at, clock.now()), 0, difference, facts.key)
                _feed(now, item, Source.INCIDENTS, actor)
                moved += 1
    return moved


def count_observed(objective: Objective, hour: datetime, good: int, bad: int) -> bool:
    """Count what was observed in a whole hour; called again with other figures, it counts the difference.

    Return whether anything moved. Safe to run twice.
    """
    ref = f"observed:{hour:%Y-%m-%dT%H}"
    with transaction.atomic():
        now = locked(objective, None)
        rows = BudgetEvent.objects.filter(objective=now, source=Source.OBSERVATIONS, ref=ref)
        held: dict[str, Any] = rows.aggregate(good=Sum("good"), bad=Sum("bad"), times=Count("pk"))
        more_good, more_bad = good - (held["good"] or 0), bad - (held["bad"] or 0)
        if not more_good and not more_bad:
            return False
        item = Item(f"{ref}:{held['times'] + 1}", hour, more_good, more_bad, ref)
        _add(now, [item], Source.OBSERVATIONS, None)
        settle(now)
    return True


@action
def _told_feed(objective: Objective, item: Item, source: str, *, actor: User) -> None:
    _add(objective, [item], source, actor)
    _tell(objective, item, actor)
    settle(objective)


def _feed(objective: Objective, item: Item, source: str, actor: User | None = None) -> bool:
    """Count one event from a source that counts by itself, unless it was counted before."""
    with transaction.atomic():
        now = locked(objective, None)
        if BudgetEvent.objects.filter(objective=now, key=item.key).exists():
            return False
        _told_feed(now, item, source, actor=actor or system_actor())
    return True
