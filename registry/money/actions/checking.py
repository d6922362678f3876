"""Looks at limits: tells what is passed, answers a hard limit, and lets spend again when a month is over."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from governance.core import clock
from governance.core.errors import PlumblineError
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from registry.findings import actions as findings
from registry.modes import actions as modes
from registry.modes import ladder
from registry.money import limits, queries
from registry.money.actions.limits import locked, touches
from registry.money.amounts import plain, said
from registry.money.limits import Standing
from registry.money.models import AtHard, SpendLimit, SpendMark
from registry.surfaces.models import SurfaceState


def check(rows: Iterable[SpendLimit] | None = None) -> int:
    """Look at limits (all that hold): return how many turned. Running it twice changes nothing the second time."""
    found = SpendLimit.objects.filter(state=SpendLimit.State.ACTIVE).select_related("surface", "team", "vendor", "owner")
    held = list(found if rows is None else rows)
    at, month = limits.warn_at(), queries.month()
    known: dict[int, set[tuple[int, bool]]] = {}
    for each in SpendMark.objects.filter(limit__in=held, month=month).select_related("limit"):
        if each.hard == each.limit.hard:
            known.setdefault(each.limit_id, set()).add((each.percent, each.is_soft))
    turned = 0
    for standing in limits.standings(held).values():
        new = set(standing.passed(at)) - known.get(standing.limit.pk, set())
        if new or _is_free(standing):
            turned += _turn(standing, at)
    return turned


def _is_free(standing: Standing) -> bool:
    """Whether a limit that was reached lets spend again: its month is over, or calls were priced anew."""
    limit = standing.limit
    return limit.passed_month is not None and (limit.passed_month != standing.month or not standing.is_reached)


def _turn(standing: Standing, at: tuple[int, ...]) -> bool:
    """Record what a limit passed and answer it, as it stands under lock; say whether anything turned."""
    with transaction.atomic():
        limit = locked(standing.limit, None)
        if limit.state != SpendLimit.State.ACTIVE:
            return False
        standing = Standing(limit, standing.month, standing.spent, standing.unpriced)
        marks = SpendMark.objects.filter(limit=limit, month=standing.month, hard=limit.hard)
        known = {(each.percent, each.is_soft) for each in marks}
        new = [each for each in standing.passed(at) if each not in known]
        if not new and not _is_free(standing):
            return False
        _record(standing, new, actor=system_actor())
        return True


@action
def _record(standing: Standing, new: Sequence[tuple[int, bool]], *, actor: User) -> None:
    if _is_free(standing):
        _free(standing, actor)
    if not new:
        return
    reached = (100, False) in new
    did = _answer(standing, actor) if reached else ""
    rows = [_mark(standing, percent, is_soft, did if percent == 100 else "") for percent, is_soft in new]
    for row in rows:
        row.save()
    _tell(standing, rows[-1], did, reached, actor)


def _mark(standing: Standing, percent: int, is_soft: bool, did: str) -> SpendMark:
    limit = standing.limit
    return SpendMark(
        limit=limit,
        month=standing.month,
        percent=percent,
        is_soft=is_soft,
        hard=limit.hard,
        spent=standing.spent,
        did=did[:200],
        at=clock.now(),
    )


def _tell(standing: Standing, mark: SpendMark, did: str, reached: bool, actor: User) -> None:
    """Write the one entry for all marks that were passed since the last look: the highest is told."""
    limit = standing.limit
    spent = said(standing.spent, limit.currency)
    told: dict[str, Any] = {
        "what": limit.what,
        "month": f"{standing.month:%B %Y}",
        "spent": said(standing.spent, ""),
        "mark": mark.key,
    }
    told |= {"hard": plain(limit.hard), "currency": limit.currency}
    if not reached:
        told |= {"percent": mark.percent}
        journal.record("spend_limit.warned", actor=actor, subject=limit, payload=told, touches=touches(limit))
        return
    changes = {"passed_month": standing.month}
    told |= {"did": did}
    transitions.change(limit, actor=actor, kind="spend_limit.reached", changes=changes, payload=told, touches=touches(limit))
    findings.open_finding(
        "budget_passed",
        identity=f"{limit.key}:{standing.month.isoformat()}",
        surface=limit.surface,
        owner=limit.owner,
        title=f"{limit.what[:1].upper()}{limit.what[1:]} reached its spend limit of {standing.month:%B}",
        detail=f"{spent} of {said(standing.hard, limit.currency)} is spent; {did}. See {limit.key}.",
        at=mark.at,
        calls=1,
        actor=actor,
    )


def _answer(standing: Standing, actor: User) -> str:
    """Do what the limit says for its hard limit; return what was done, in words."""
    limit = standing.limit
    surface = limit.surface
    if limit.at_hard != AtHard.LOWER or surface is None:
        return limits.does(limit)
    if surface.state == SurfaceState.RETIRED or not ladder.lowers(surface.mode, limit.lower_to):
        return f"its mode is {surface.get_mode_display().lower()} already"
    why = f"Its spend limit {limit.key} of {standing.month:%B %Y} is reached: {said(standing.spent, limit.currency)}."
    try:
        modes.lower(surface, actor=actor, to=limit.lower_to, reason=why, standing=f"Spend limit {limit.key}")
    except PlumblineError as error:
        return f"its mode could not be lowered: {error.message}"
    return limits.does(limit)


def _free(standing: Standing, actor: User) -> None:
    limit = standing.limit
    is_over = limit.passed_month != standing.month
    why = "a new month has begun" if is_over else "calls were priced anew"
    told: dict[str, Any] = {"what": limit.what, "why": why, "spent": said(standing.spent, "")}
    told |= {"hard": plain(limit.hard), "currency": limit.currency}
    transitions.change(
        limit, actor=actor, kind="spend_limit.freed", changes={"passed_month": None}, payload=told, touches=touches(limit)
    )
