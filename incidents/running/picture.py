"""What changed before an incident as a strip: a cord for each change, one for the moment it was declared. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.cases.before import HOURS, Before

WIDTH, END, APART = 720, 690, 64
"""The picture's width, where the declaration hangs, and how far two labels stay apart."""


@dataclass(frozen=True)
class Cord:
    """One vertical line with its label; `label` is empty where a neighbour's stands already."""

    x: int
    label: str
    is_suspect: bool


@dataclass(frozen=True)
class Strip:
    """The picture: its cords, the days below, and what it says to those who do not see it."""

    cords: Sequence[Cord]
    days: Sequence[tuple[int, str]]
    title: str
    says: str


def strip(found: Sequence[Before], declared_at: datetime, zone: ZoneInfo) -> Strip:
    """Draw the changes of the hours before `declared_at`, days in a time zone. Unapproved ones get their label first."""
    start = declared_at - timedelta(hours=HOURS)

    def place(at: datetime) -> int:
        return max(0, min(END, round(END * ((at - start) / (declared_at - start)))))

    taken, cords = [END], []
    for each in sorted(found, key=lambda each: (not each.is_suspect, -each.seq)):
        x = place(each.at)
        free = all(abs(x - other) >= APART for other in taken)
        if free:
            taken.append(x)
        cords.append(Cord(x, each.short[:14] if free else "", each.is_suspect))
    local = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [(local + timedelta(days=number)) for number in range(HOURS // 24 + 2)]
    shown = [(place(day), f"{day:%-d %b}") for day in days if start <= day <= declared_at - timedelta(hours=8)]
    suspects = sum(1 for each in found if each.is_suspect)
    says = f"{len(found)} change{'s' if len(found) != 1 else ''} in the {HOURS} hours before"
    says += f", {suspects} of them not approved." if suspects else "."
    if found:
        says += f" The nearest, {found[0].hours} hours before: {found[0].title}."
    return Strip(sorted(cords, key=lambda cord: cord.x), shown, f"What changed from {start:%-d} to {declared_at:%-d %B %Y}", says)
