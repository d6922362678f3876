"""Prices calls of a period anew: each by what is agreed now for its day. Their sums follow exactly, call by call.

Differences are added to the sums in the transaction that changes the calls, so that observations may come in meanwhile.
Hours whose calls were let go keep what they cost. Running it twice changes nothing the second time.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from registry.usage import pricing
from registry.usage.models import Observation, UsagePath
from registry.usage.storing import adding
from registry.usage.storing.adding import Added, ByHour

CHUNK = 5_000
COLUMNS = ("at", "uid", "path_id", "tokens_in", "tokens_out", "tokens_cached", "cost")
Row = tuple[datetime, UUID, int, int, int, int, int | None]
Said = tuple[int | None, str, str]


@dataclass(slots=True)
class Repriced:
    """What became of a period: calls looked at, those whose cost changed, those without a price, and sums in billionths."""

    calls: int = 0
    changed: int = 0
    left: int = 0
    before: int = 0
    after: int = 0


def reprice(start: date, end: date, progress: Callable[[int, int, str], None] | None = None) -> Repriced:
    """Price the calls from `start` to `end` (days in UTC, both included) anew, in small transactions; say what changed."""
    done, days = Repriced(), (end - start).days + 1
    paths: dict[int, Said] = {}
    for number in range(days):
        day = start + timedelta(days=number)
        after: tuple[datetime, UUID] | None = None
        while True:
            with transaction.atomic():
                rows = _rows(day, after)
                _price(rows, paths, done)
            if progress is not None:
                progress(number, days, day.isoformat())
            if len(rows) < CHUNK:
                break
            after = rows[-1][:2]
    return done


def _rows(day: date, after: tuple[datetime, UUID] | None) -> list[Row]:
    """The next calls of a day in the order of their keys, held until the transaction ends."""
    begins = datetime.combine(day, time.min, UTC)
    found = Observation.objects.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    if after is not None:
        found = found.filter(Q(at__gt=after[0]) | Q(at=after[0], uid__gt=after[1]))
    return list(found.order_by("at", "uid").select_for_update().values_list(*COLUMNS)[:CHUNK])


def _price(rows: Iterable[Row], paths: dict[int, Said], done: Repriced) -> None:
    """Store the costs that changed, and add the differences to the sums of their hours and days."""
    held = list(rows)
    _learn({row[2] for row in held} - paths.keys(), paths)
    book = pricing.current()
    changed: list[tuple[Any, ...]] = []
    moved: ByHour = {}
    at_field, uid_field = Observation._meta.get_field("at"), Observation._meta.get_field("uid")
    for at, uid, path, tokens_in, tokens_out, tokens_cached, cost in held:
        new = _new(book, paths[path], at, (tokens_in, tokens_out, tokens_cached), cost)
        done.calls += 1
        done.left += new is None
        done.before += cost or 0
        done.after += (cost if new is None else new) or 0
        if new is None or new == cost:
            continue
        done.changed += 1
        key = (at_field.get_db_prep_value(at, connection), uid_field.get_db_prep_value(uid, connection))
        changed.append((new, *key))
        hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        difference = moved.setdefault((hour, path), Added(at, at))
        difference.cost += new - (cost or 0)
        difference.unpriced -= cost is None
    if changed:
        table = connection.ops.quote_name(Observation._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET cost = %s WHERE at = %s AND uid = %s", changed)  # noqa: S608 - our own name
        adding.add(moved)


def _new(book: pricing.Book, said: Said, at: datetime, tokens: tuple[int, int, int], cost: int | None) -> int | None:
    """The cost by what is agreed now; None where nothing is, and where what was said stands in for tokens."""
    if cost is not None and not any(tokens):
        return None
    endpoint, provider, model = said
    given, taken, cached = tokens
    return book.price(
        endpoint=endpoint, provider=provider, model=model, at=at, tokens_in=given, tokens_out=taken, tokens_cached=cached
    )


def _learn(wanted: set[int], paths: dict[int, Said]) -> None:
    rows = UsagePath.objects.filter(pk__in=wanted) if wanted else UsagePath.objects.none()
    for pk, endpoint, provider, model in rows.values_list("pk", "endpoint_id", "provider", "model"):
        paths[pk] = (endpoint, provider, model)
