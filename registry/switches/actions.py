"""The only writers of drills: plan, move, start the clock, finish, record one that was run, cancel."""

from datetime import date, datetime
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import User
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.switches import queries, rules
from registry.switches.models import Drill


@action
def plan(surface: Surface, *, actor: User, kind: str, planned_on: date, lever: str = "", led_by: User | None = None) -> Drill:
    """Plan a drill for a day. Raises Denied by role, Invalid for a past day, Conflict while one of its kind is planned."""
    require(rules.may_drill(actor, surface, surfaces.may_edit(actor, surface)))
    leader = led_by or actor
    wrong = _wrong_plan(kind, planned_on, leader)
    if wrong:
        raise Invalid("This drill cannot be planned.", fields=wrong)
    if queries.planned(surface, kind) is not None:
        raise Conflict("A drill of this kind is planned already.", fix="Run that one, or move it to another day.")
    drill = Drill(surface=surface, kind=kind, planned_on=planned_on, lever=lever.strip(), led_by=leader)
    return transitions.create(drill, actor=actor, kind="drill.planned", payload=_told(drill, led_by=leader.ref))


@action
def move(
    drill: Drill, *, actor: User, planned_on: date, led_by: User | None = None, expected_version: int | None = None
) -> Drill:
    """Put a planned drill on another day, or in other hands. Raises as `plan`, StaleState when it moved meanwhile."""
    drill = _locked(drill, actor, expected_version)
    leader = led_by or drill.led_by
    if wrong := _wrong_plan(drill.kind, planned_on, leader):
        raise Invalid("This drill cannot be planned.", fields=wrong)
    told = {"planned_on": planned_on, "led_by": leader.ref, "surface": drill.surface.key}
    changes = {"planned_on": planned_on, "led_by": leader}
    return transitions.change(drill, actor=actor, kind="drill.moved", changes=changes, payload=told, touches=drill.ledger_touches)


@action
def start(drill: Drill, *, actor: User, expected_version: int | None = None) -> Drill:
    """Start the clock, just before the lever is pulled. Raises Conflict while it runs."""
    drill = _locked(drill, actor, expected_version)
    if drill.started_at is not None:
        raise Conflict("The clock of this drill is running.", fix="Stop it by recording how it went.")
    told = {"kind": drill.get_kind_display().lower(), "surface": drill.surface.key}
    changes = {"started_at": clock.now()}
    return transitions.change(
        drill, actor=actor, kind="drill.started", changes=changes, payload=told, touches=drill.ledger_touches
    )


@action
def finish(
    drill: Drill,
    *,
    actor: User,
    outcome: str,
    note: str = "",
    seconds: int | None = None,
    lever: str = "",
    run_at: datetime | None = None,
    expected_version: int | None = None,
) -> Drill:
    """Record how a planned drill went. Seconds not given are those since the clock was started.

    `run_at` is when it was run, an aware moment; left out, when the clock was started, or now. Raises Invalid for what is
    missing (a failed drill says why), StaleState when it was recorded or cancelled meanwhile.
    """
    drill = _locked(drill, actor, expected_version)
    now = clock.now()
    if seconds is None and drill.started_at is not None:
        seconds = rules.seconds_between(drill.started_at, now)
    return _done(drill, actor, outcome, seconds, note, lever or drill.lever, run_at or drill.started_at or now)


@action
def record(
    surface: Surface,
    *,
    actor: User,
    kind: str,
    outcome: str,
    seconds: int,
    run_at: datetime,
    note: str = "",
    lever: str = "",
    led_by: User | None = None,
) -> Drill:
    """Record a drill that was run without a plan. Raises Denied by role, Invalid for what is missing."""
    require(rules.may_drill(actor, surface, surfaces.may_edit(actor, surface)))
    if kind not in Drill.Kind.values:
        raise Invalid("Choose what was tried.", fields={"kind": [f"One of {', '.join(Drill.Kind.values)}."]})
    if wrong := rules.faults(outcome, seconds, note, run_at, clock.now()):
        raise Invalid("The record of this drill is not complete.", fields=wrong)
    drill = Drill(
        surface=surface,
        kind=kind,
        planned_on=run_at.date(),
        lever=lever.strip(),
        led_by=led_by or actor,
        run_at=run_at,
        seconds=seconds,
        outcome=outcome,
        note=note.strip(),
        state=Drill.State.DONE,
    )
    told = _done_told(drill)
    return transitions.create(drill, actor=actor, kind="drill.done", payload=told, touches=drill.ledger_touches)


@action
def cancel(drill: Drill, *, actor: User, reason: str = "", expected_version: int | None = None) -> Drill:
    """Call a planned drill off. Raises StaleState when it was recorded meanwhile."""
    drill = _locked(drill, actor, expected_version)
    return transitions.change(
        drill,
        actor=actor,
        kind="drill.cancelled",
        changes={"state": Drill.State.CANCELLED, "started_at": None},
        payload={"kind": drill.get_kind_display().lower(), "surface": drill.surface.key},
        touches=drill.ledger_touches,
        reason=reason,
    )


def _wrong_plan(kind: str, planned_on: date, leader: User) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if kind not in Drill.Kind.values:
        wrong["kind"] = [f"One of {', '.join(Drill.Kind.values)}."]
    if planned_on < clock.today():
        wrong["planned_on"] = ["This day has passed. Record a drill that was run, or choose a day to come."]
    if not (verdict := people_rules.may_own(leader)):
        wrong["led_by"] = [verdict.reason]
    return wrong


def _locked(drill: Drill, actor: User, expected_version: int | None) -> Drill:
    """Return a planned drill as it stands now. Raises StaleState when it is not planned any more, Denied by role."""
    now = (
        Drill.objects.select_for_update(of=("self",))
        .select_related("surface__owner", "surface__team__lead", "led_by")
        .get(pk=drill.pk)
    )
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state != Drill.State.PLANNED:
        raise StaleState(f"This drill is {now.get_state_display().lower()} already.", fix="Reload it; plan another if you need.")
    require(rules.may_run(actor, now, surfaces.may_edit(actor, now.surface)))
    return now


def _done(drill: Drill, actor: User, outcome: str, seconds: int | None, note: str, lever: str, run_at: datetime) -> Drill:
    if wrong := rules.faults(outcome, seconds, note, run_at, clock.now()):
        raise Invalid("The record of this drill is not complete.", fields=wrong)
    changes: dict[str, Any] = {
        "state": Drill.State.DONE,
        "outcome": outcome,
        "seconds": seconds,
        "note": note.strip(),
        "lever": lever.strip(),
        "run_at": run_at,
    }
    told = {**_done_told(drill), **{name: changes[name] for name in ("outcome", "seconds", "run_at")}}
    told["lever"] = changes["lever"] or drill.get_kind_display().lower()
    return transitions.change(drill, actor=actor, kind="drill.done", changes=changes, payload=told, touches=drill.ledger_touches)


def _done_told(drill: Drill) -> dict[str, Any]:
    called = drill.get_kind_display().lower()
    return {
        "kind": called,
        "lever": drill.lever or called,
        "seconds": drill.seconds,
        "outcome": drill.outcome,
        "run_at": drill.run_at,
        "surface": drill.surface.key,
    }


def _told(drill: Drill, led_by: str) -> dict[str, Any]:
    called = drill.get_kind_display().lower()
    lever, surface = drill.lever or called, drill.surface.key
    return {"kind": called, "lever": lever, "planned_on": drill.planned_on, "led_by": led_by, "surface": surface}
