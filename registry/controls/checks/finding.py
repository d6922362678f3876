"""What a check answers, and the words that many of them share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from registry.contracts.problems import listed
from registry.controls.models import Status


@dataclass(frozen=True, slots=True)
class Finding:
    """How one control stands: the reason in plain words, what to do next and behind which door.

    `door` names a page (see registry/controls/doors.py), with what it needs after a colon. `until` is the earliest moment
    at which time alone changes the status, None where it does not.
    """

    status: Status
    why: str
    next_step: str = ""
    door: str = ""
    until: datetime | None = None


def met(why: str, until: datetime | None = None) -> Finding:
    """Return that it is so."""
    return Finding(Status.MET, why, until=until)


def unmet(why: str, next_step: str, door: str) -> Finding:
    """Return that it is not so, and the way out."""
    return Finding(Status.NOT_MET, why, next_step, door)


def expired(why: str, next_step: str, door: str) -> Finding:
    """Return that it was so and is not any more, because time passed."""
    return Finding(Status.EXPIRED, why, next_step, door)


def without_contract() -> Finding:
    """Return what every check of a contract says while there is none."""
    return unmet("No contract has been proposed yet.", "Write the contract and propose it.", "contract")


def day(moment: date | datetime) -> str:
    """A day as people read it: 4 March 2026."""
    return f"{moment:%-d %B %Y}"


def days(count: int) -> str:
    """So many days."""
    return many(count, "day")


def many(count: int, one: str, more: str = "") -> str:
    """A number with its noun: one day, 12 days."""
    return f"{count} {one}" if count == 1 else f"{count} {more or one + 's'}"


def names(found: Iterable[str]) -> str:
    """Names joined for a sentence."""
    return listed(list(found), "and")
