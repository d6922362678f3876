"""What leaders and everybody else should look at first, gathered from what features contribute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from governance.core import clock
from governance.core.contributions import BriefingLine, InboxLine, InboxSource, contributed
from governance.core.counting import count_together
from governance.core.reading import is_dense, once
from governance.ledger import queries as ledger
from governance.scorecard.moving import Before, told
from governance.scorecard.strip import Strip, strip

__all__ = ["Strip", "inbox", "inbox_count", "questions", "strip", "week"]
QUESTIONS = (
    ("unapproved", "What is unapproved or unowned?"),
    ("due", "What expires or breaches this week?"),
    ("burning", "What is burning?"),
)
SOON = timedelta(hours=24)
A_MINUTE = 60
GLANCE = 5
"""So many lines of a question are read at a glance; those beyond are folded."""
GRAVITY = {"stop": 0, "warn": 1}


@dataclass(frozen=True)
class Line:
    """A counted line with the address of exactly its rows; `before` is what it counted a week ago, None if not known."""

    key: str
    label: str
    count: int
    url: str
    level: str
    before: int | None = None

    @property
    def change(self) -> int:
        """How many more there are than a week ago; 0 where that is not known."""
        return 0 if self.before is None else self.count - self.before


@dataclass(frozen=True)
class Question:
    """One of the three questions, answered by its lines."""

    key: str
    text: str
    lines: Sequence[Line]
    moved: str = ""

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(line.count for line in self.lines)

    @property
    def first(self) -> Sequence[Line]:
        """The lines that are read at a glance."""
        return self.lines if len(self.lines) <= GLANCE + 1 else self.lines[:GLANCE]

    @property
    def rest(self) -> Sequence[Line]:
        """The lines below them."""
        return self.lines[len(self.first) :]


def figures(user: Any) -> dict[str, int]:
    """Return what each line of the briefing counts for one reader."""
    counts = _figures(user)
    return {item.key: counts[item.key] for item in contributed(BriefingLine)}


def questions(user: Any, week_ago: Before | None = None) -> list[Question]:
    """Answer the three questions for one reader; lines that count nothing are left out, the gravest stand first.

    `week_ago` tells what moved.
    """
    every = contributed(BriefingLine)
    counts = _figures(user)
    found = []
    for key, text in QUESTIONS:
        mine = [item for item in every if item.question == key]
        lines = [_line(item, counts[item.key], user, week_ago) for item in mine if counts[item.key]]
        lines.sort(key=lambda line: GRAVITY.get(line.level, 2))
        was = sum(week_ago.figures.get(item.key, 0) for item in mine) if week_ago else None
        now = sum(line.count for line in lines)
        found.append(Question(key, text, lines, told(now, was, week_ago.day if week_ago else None)))
    return found


def _line(item: BriefingLine, count: int, user: Any, week_ago: Before | None) -> Line:
    label = item.one if count == 1 and item.one else item.label
    before = week_ago.figures.get(item.key, 0) if week_ago else None
    return Line(item.key, label, count, item.url(user), item.level, before)


@dataclass(frozen=True)
class Waiting:
    """One line of the inbox, with how pressing it is."""

    verb: str
    title: str
    url: str
    detail: str
    due: datetime | None
    tier: int | None
    late: bool
    soon: bool


def inbox(user: Any, verb: str = "") -> list[Waiting]:
    """Return all that waits for a person, the oldest deadline first; what has no deadline comes last."""
    now = clock.now()
    counts = _by_rows(user)
    lines = [line for source in contributed(InboxSource) if counts.get(source.key, 1) for line in source.lines(user)]
    lines = [line for line in lines if not verb or line.verb == verb]
    return [_waiting(line, now) for line in sorted(lines, key=_urgency)]


def _urgency(line: InboxLine) -> tuple[bool, float, float]:
    due = line.due.timestamp() if line.due else 0.0
    asked = line.asked_at.timestamp() if line.asked_at else 0.0
    return line.due is None, due, asked


def _waiting(line: InboxLine, now: datetime) -> Waiting:
    late = line.due is not None and line.due < now
    soon = line.due is not None and not late and line.due - now <= SOON
    return Waiting(line.verb, line.title, line.url, line.detail, line.due, line.tier, late, soon)


def inbox_count(user: Any) -> int:
    """Return how much waits for a person."""
    return sum(_by_rows(user).values()) + sum(source.count(user) for source in contributed(InboxSource) if source.count)


def _by_rows(user: Any) -> dict[str, int]:
    """Count together what sources give as rows, by source."""
    counts = _figures(user) if is_dense() else count_together(_inbox_rows(user))
    found: dict[str, int] = {}
    for source in contributed(InboxSource):
        if source.rows:
            found[source.key] = sum(number for name, number in counts.items() if name.startswith(f"inbox {source.key} "))
    return found


def _figures(user: Any) -> dict[str, int]:
    """Count what the briefing asks and what waits in the inbox, all in one statement for each page.

    The figures are kept for as long as nothing was written in the ledger, and no longer than to the end of the minute.
    """
    return once(("figures", user.pk), lambda: _kept(user))


def _kept(user: Any) -> dict[str, int]:
    key = f"figures:{user.pk}:{ledger.head_digest()}:{clock.now():%Y%m%d%H%M}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        asked = {item.key: item.rows(user) for item in contributed(BriefingLine)}
        found = count_together({**asked, **_inbox_rows(user)})
        cache.set(key, found, A_MINUTE)
    return found


def _inbox_rows(user: Any) -> dict[str, Any]:
    given = {source.key: source.rows(user) for source in contributed(InboxSource) if source.rows}
    return {f"inbox {key} {place}": each for key, rows in given.items() for place, each in enumerate(rows)}


@dataclass(frozen=True)
class Day:
    """One day of the coming week and what falls due on it."""

    date: Any
    lines: Sequence[Waiting]
    is_today: bool


def week(waiting: Sequence[Waiting]) -> list[Day]:
    """Return seven days from today with what falls due on each, in the reader's time zone."""
    today = timezone.localdate()
    ahead = [line for line in waiting if line.due is not None]
    by_day = {day: list(lines) for day, lines in groupby(ahead, key=lambda line: timezone.localdate(line.due))}
    days = [today + timedelta(days=offset) for offset in range(7)]
    return [Day(day, by_day.get(day, []), day == today) for day in days]
