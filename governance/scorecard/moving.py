"""What moved on a briefing: against a week ago, and since its reader last looked. Kept per person: each sees their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from governance.scorecard.briefingmodels import BriefingDay

WEEK, LATEST_WEEK, KEPT = timedelta(days=7), timedelta(days=10), timedelta(days=40)
"""A week ago is the last day kept that lies seven days back, and no more than ten; days are kept for five weeks."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was counted earlier: on which day, and by line. Lines that counted nothing are missing."""

    day: date
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is held against today: about a week ago, and when the person last looked before today's figures were made."""

    week_ago: Before | None = None
    last: Before | None = None


def earlier(person: Any, looked_at: datetime | None) -> Earlier:
    """Return what a person's briefing counted before, in one statement; `looked_at` is when they last looked."""
    today = timezone.localdate()
    rows = BriefingDay.objects.filter(person=person, day__gte=today - LATEST_WEEK).order_by("-day")
    found = [(at, Before(day, figures)) for day, at, figures in rows.values_list("day", "at", "figures")]
    week_ago = next((each for _, each in found if each.day <= today - WEEK), None)
    last = next((each for at, each in found if looked_at is not None and at <= looked_at), None)
    return Earlier(week_ago, last)


def keep(person: Any, figures: Mapping[str, int], at: datetime) -> None:
    """Keep what a person's briefing counts now as that of today, and let go of days that are no longer compared."""
    today = timezone.localdate()
    made = {"at": at, "figures": {key: count for key, count in figures.items() if count}}
    BriefingDay.objects.update_or_create(person=person, day=today, defaults=made)
    BriefingDay.objects.filter(person=person, day__lt=today - KEPT).delete()


def moved(now: Mapping[str, int], before: Before | None) -> int:
    """Return how many lines count something else than before; 0 where nothing is known of it."""
    if before is None:
        return 0
    return sum(now.get(key, 0) != before.figures.get(key, 0) for key in now.keys() | before.figures.keys())


def told(now: int, before: int | None, day: date | None) -> str:
    """Say a difference: "3 more than last Friday", "as many as on 12 November"; empty where nothing is known of it."""
    if before is None or day is None:
        return ""
    ago = (timezone.localdate() - day).days
    when = f"last {day:%A}" if ago <= 7 else f"on {day.day} {day:%B}"
    if now == before:
        return f"as many as {when}"
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'} than {when}"
