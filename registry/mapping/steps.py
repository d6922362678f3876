"""The steps of the hour: what is done when, and how much of it is left. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PLAN: Sequence[tuple[str, str, int]] = (
    ("Begin", "Say what counts: wherever a model is called, or one acts, also inside a tool that was bought.", 5),
    ("Teams name", "Every team names its own on its page. Four plain fields, one line for each place.", 25),
    ("Exports", "Bring in who signs in to what, and what was paid: known products stand out.", 10),
    ("Same or new", "Look at each line: is it in the registry, is it new, or does it not count?", 15),
    ("Register", "Begin a registration for what is new, with its owner. Close the session with its summary.", 5),
)
WHOLE = sum(minutes for _, _, minutes in PLAN)


@dataclass(frozen=True)
class Step:
    """One step: until when it goes, and whether it is over, on, or to come (ok, held, wait)."""

    label: str
    text: str
    begins_at: datetime | None
    ends_at: datetime | None
    state: str


def steps(started_at: datetime | None, minutes: int, now: datetime, *, closed: bool = False) -> list[Step]:
    """Return the steps of a session of so many minutes; without times before it was started."""
    found: list[Step] = []
    at = started_at
    for label, text, share in PLAN:
        end = at + timedelta(minutes=share * minutes / WHOLE) if at else None
        found.append(Step(label, text, at, end, _state(at, end, now, closed)))
        at = end
    return found


def _state(begin: datetime | None, end: datetime | None, now: datetime, closed: bool) -> str:
    if closed:
        return "ok"
    if begin is None or end is None or now < begin:
        return "wait"
    return "held" if now < end else "ok"


def left(started_at: datetime | None, minutes: int, now: datetime) -> int:
    """Return the whole minutes that are left, none once the time is over; all of them before it was started."""
    if started_at is None:
        return minutes
    seconds = (started_at + timedelta(minutes=minutes) - now).total_seconds()
    return max(0, -(-int(seconds) // 60))
