"""What every writer of clocks does: look at the row anew under a lock, and work out when its time is up."""

from datetime import datetime
from typing import Any

from governance.core import clock as time
from governance.ledger import transitions
from governance.people.models import User
from governance.policy.incidentrules import IncidentRules
from incidents.cases import actions as cases
from incidents.cases.models import TimelineEntry
from incidents.clocks import arithmetic, words
from incidents.clocks.models import Clock

KIND = TimelineEntry.Kind.CLOCK


def locked(clock: Clock, expected_version: int | None = None) -> Clock:
    """Return a clock as it stands now, locked until the action ends. Raises StaleState for another version."""
    rows = Clock.objects.select_for_update(of=("self",)).select_related("incident__surface", "incident__owner")
    now = rows.get(pk=clock.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def times(started_at: datetime, seconds: int, pauses: list[Any], policy: IncidentRules, *, business: bool) -> dict[str, datetime]:
    """Return `warn_at` and `due_at` of a clock that is not paused now; `pauses` are its ended ones."""
    hours = policy.business_hours if business else None
    rests = [(datetime.fromisoformat(begun), datetime.fromisoformat(over)) for begun, over, *_ in pauses]
    warned = seconds * policy.warn_at_percent // 100
    return {
        "warn_at": arithmetic.due(started_at, warned, hours, rests),
        "due_at": arithmetic.due(started_at, seconds, hours, rests),
    }


def rested(clock: Clock, until: datetime, reason: str = "") -> list[Any]:
    """Return the pauses of a clock with the one that lasts ended at a moment; it ends where it began when that is earlier."""
    if clock.paused_at is None:
        return list(clock.pauses)
    return [*clock.pauses, [clock.paused_at.isoformat(), max(until, clock.paused_at).isoformat(), reason]]


def forgotten(clock: Clock, due_at: datetime, warn_at: datetime) -> dict[str, None]:
    """Return what does not hold any more once a clock has other moments: a warning or a miss that was too early."""
    now = time.now()
    gone: dict[str, None] = {}
    if clock.warned_at and warn_at > now:
        gone["warned_at"] = None
    if clock.breached_at and due_at > now:
        gone["breached_at"] = None
    return gone


def told(clock: Clock, **more: Any) -> dict[str, Any]:
    """Return what the ledger keeps of any step of a clock."""
    return {"incident": clock.incident.key, "kind": clock.kind, "name": clock.name, **more}


def shape(clock: Clock) -> dict[str, Any]:
    """Return what the ledger keeps when a clock starts or is set anew."""
    return told(clock, due_at=clock.due_at, limit_seconds=clock.limit_seconds, business=clock.business)


def write(clock: Clock, actor: User, kind: str, text: str, changes: dict[str, Any], reason: str = "", **more: Any) -> Clock:
    """Change a clock, with an entry on its incident's timeline and one in the ledger."""
    row = cases.write(clock.incident, actor=actor, kind=KIND, text=text, data={"clock": clock.kind, "event": kind})
    payload = told(clock, **more, **cases.row_told(row))
    return transitions.change(
        clock, actor=actor, kind=kind, changes=changes, payload=payload, touches=clock.ledger_touches, reason=reason.strip()
    )


def miss(clock: Clock, actor: User, policy: IncidentRules) -> Clock:
    """Write down that the time of a clock ran out."""
    hours = policy.business_hours if clock.business else None
    text = f"{words.doing(clock.kind, clock.name)} ran out: {words.limit(clock.limit_seconds, hours)}."
    return write(clock, actor, "clock.missed", text, {"breached_at": time.now()}, due_at=clock.due_at)
