"""Bounded paging: numbered windows for lists that people leaf through, keyset for those that only grow."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

SIZE = 50
LAST_WINDOW = 200  # rows further down than 10,000 are reached by filters, never by a slow OFFSET


@dataclass(frozen=True)
class Slice:
    """One page of rows and how to leaf on. `total` is None where counting would cost more than it says."""

    rows: list[Any]
    first: int
    last: int
    total: int | None
    number: int = 1
    pages: int = 1
    newer: str = ""
    older: str = ""
    numbers: list[int | None] = field(default_factory=list)
    beyond: bool = False


def _numbers(number: int, pages: int) -> list[int | None]:
    """Return page numbers to show: first, those around, last; None is a gap."""
    wanted = sorted({1, 2, 3, number - 1, number, number + 1, pages} & set(range(1, pages + 1)))
    if number > 4:
        wanted = [page for page in wanted if page not in {2, 3} or page >= number - 1]
    shown: list[int | None] = []
    for page in wanted:
        if shown and shown[-1] is not None and page > shown[-1] + 1:
            shown.append(None)
        shown.append(page)
    return shown


def window(queryset: QuerySet[Any], asked: str, size: int = SIZE) -> Slice:
    """Return a numbered page; a number that is no page falls back to the nearest one."""
    total = queryset.count()
    pages = max(1, -(-total // size))
    reachable = min(pages, LAST_WINDOW)
    number = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 9 else 1), reachable)
    start = (number - 1) * size
    rows = list(queryset[start : start + size]) if total else []
    return Slice(
        rows=rows,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        total=total,
        number=number,
        pages=reachable,
        numbers=_numbers(number, reachable),
        beyond=pages > LAST_WINDOW and number == LAST_WINDOW,
    )


def keyset(queryset: QuerySet[Any], name: str, after: str, before: str, size: int = SIZE) -> Slice:
    """Return a page of a list ordered by a unique column, newest first, reached through the last value seen."""
    newest = queryset.order_by(f"-{name}")
    if before.isdecimal():  # leafing back to what is newer
        rows = list(queryset.filter(**{f"{name}__gt": int(before)}).order_by(name)[: size + 1])
        newer_left, rows = len(rows) > size, rows[:size][::-1]
        older_left = True
    else:
        if after.isdecimal():
            newest = newest.filter(**{f"{name}__lt": int(after)})
        rows = list(newest[: size + 1])
        older_left, rows = len(rows) > size, rows[:size]
        newer_left = after.isdecimal()
    newer = str(getattr(rows[0], name)) if rows and newer_left else ""
    older = str(getattr(rows[-1], name)) if rows and older_left else ""
    return Slice(rows=rows, first=0, last=len(rows), total=None, newer=newer, older=older)
