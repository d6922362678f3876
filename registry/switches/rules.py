"""Who may plan, run and record drills, and what a finished one says: pure decisions."""

from datetime import datetime
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.surfaces.models import Surface, SurfaceState
from registry.switches.models import LONGEST_SECONDS, Drill


def may_plan(user: Any) -> Verdict:
    """Say whether a person may plan or record drills at all."""
    return ALLOW if roles.may_write(user) else deny("Auditors read everything and change nothing.")


def may_drill(user: Any, surface: Surface, may_edit: Verdict) -> Verdict:
    """Say whether a person may plan or record a drill of a surface: those who may edit it, while it is not retired."""
    if surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired; there is nothing left to drill.")
    return may_edit


def may_run(user: Any, drill: Drill, may_edit: Verdict) -> Verdict:
    """Say whether a person may start, record or cancel a drill: whoever leads it, and those who may edit the surface."""
    if drill.state != Drill.State.PLANNED:
        return deny(f"This drill is {drill.get_state_display().lower()}.", fix="Plan another one.")
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    return ALLOW if user.pk == drill.led_by_id else may_edit


def seconds_between(started_at: datetime, stopped_at: datetime) -> int:
    """Return the whole seconds from start to stop, at least one: a lever takes time."""
    return max(1, round((stopped_at - started_at).total_seconds()))


def faults(outcome: str, seconds: int | None, note: str, run_at: datetime, now: datetime) -> dict[str, list[str]]:
    """Return what a finished drill lacks, by field; nothing when it can be recorded."""
    found: dict[str, list[str]] = {}
    if outcome not in Drill.Outcome.values:
        found["outcome"] = ["Say whether it passed or failed."]
    if seconds is None:
        found["seconds"] = ["Say how many seconds the lever took, or start the clock before you pull it."]
    elif not 1 <= seconds <= LONGEST_SECONDS:
        found["seconds"] = [f"Between 1 and {LONGEST_SECONDS:,} seconds (a week)."]
    if outcome == Drill.Outcome.FAILED and not note.strip():
        found["note"] = ["A failed drill says what went wrong, so that it can be mended."]
    if run_at > now:
        found["run_at"] = ["A drill is recorded after it was run."]
    return found
