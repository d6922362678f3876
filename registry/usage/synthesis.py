"""Synthetic observations by the million, for trying how much an installation bears: always the same for the same numbers.

They spread over the surfaces that are there as real ones would: few call much and many little, mostly at working hours; one
in fifteen is not what was approved. They are matched, priced, summed up and digested like any other, and written by COPY on
PostgreSQL. Never mix them with real ones: nothing tells them apart but their source's name.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from django.db import connection, transaction

from governance.core import clock
from registry.surfaces.models import Surface
from registry.usage import partitions, pricing
from registry.usage.matching import book as books
from registry.usage.matching.book import Book, Known, Spot
from registry.usage.matching.match import PathFields, Reach
from registry.usage.models import UsageBatch, Way
from registry.usage.sealing import digests
from registry.usage.seen import CARRIED, Names, Seen, as_seen
from registry.usage.storing import adding, paths, rows
from registry.usage.storing.rows import COLUMNS, TABLE, Row

MOST_SURFACES = 400
FEATURES = ("reply", "summary", "search", "draft", "route", "review")
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 17, 13, 16, 18, 17, 14, 9, 6, 4, 3, 2, 2, 1)
"""How calls spread over the hours of a day (UTC)."""
FIGURES = 512
STRAY = (
    {"model": "unlisted-large"},
    {"region": "us-east"},
    {"tool": "mail.send"},
    {"service": "notes-app", "claim": "", "model": "notes-1"},
)
"""How a way of use may differ from what was approved."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one call may come to."""

    tokens_in: int
    tokens_out: int
    latency_ms: int
    outcome: int
    task: int


@dataclass(slots=True)
class Trodden:
    """One way of use, how often it is taken, and where its matches are kept."""

    spot: Spot
    weight: float


def synthesise(count: int, days: int, *, seed: int = 1, progress: Callable[[int, int], None] | None = None) -> int:
    """Write `count` calls over the last `days` days, up to an hour ago; return how many were written.

    Raises ValueError where there is no surface to spread them over.
    """
    dice, book, prices = random.Random(seed), books.current(), pricing.current()  # noqa: S311 - figures
    ways = list(_ways(book, dice))
    if not ways:
        raise ValueError("there is no surface yet: register some, or load the demo company")
    figures = [_figure(dice) for _ in range(FIGURES)]
    end = clock.now().replace(minute=0, second=0, microsecond=0)
    written = 0
    for number, share in enumerate(_shares(count, days)):
        start = end - timedelta(days=days - number)
        _day(start, share, ways, figures, book, prices, dice)
        written += share
        if progress is not None:
            progress(written, count)
    return written


def _shares(count: int, days: int) -> list[int]:
    """How many calls each day has; what is left by rounding falls on the last."""
    each = count // days
    return [each] * (days - 1) + [count - each * (days - 1)]


def _ways(book: Book, dice: random.Random) -> Iterator[Trodden]:
    found = Surface.objects.select_related("in_force").order_by("-in_force_since", "pk")[:MOST_SURFACES]
    for place, surface in enumerate(found):
        for feature in FEATURES[: 1 + place % len(FEATURES)]:
            told = _said(book, surface, feature)
            yield _way(book, told, 10 / (1 + place) ** 0.7)
            if dice.random() < 0.4:
                yield _way(book, {**told, **STRAY[place % len(STRAY)]}, 2 / (1 + place) ** 0.7)


def _said(book: Book, surface: Surface, feature: str) -> dict[str, str]:
    said = {"claim": surface.key, "service": f"service-{surface.pk}", "feature": feature, "operation": "chat"}
    facts = book.surface(surface.pk)
    revision = facts.revisions.at(clock.now()) if facts else None
    if revision is not None and revision.routes:
        endpoint = book.facts.by_key.get(revision.routes[0][0].casefold())
        if endpoint is not None:
            said |= {"model": endpoint.model, "region": endpoint.region}
    return said


def _way(book: Book, said: dict[str, str], weight: float) -> Trodden:
    seen: Seen = as_seen(None, Names(**said), None, CARRIED)
    return Trodden(book.keep(seen, seen, Reach()), weight)


def _figure(dice: random.Random) -> Figure:
    outcome = dice.choices((1, 2, 3, 4), (93, 4, 2, 1))[0]
    return Figure(
        dice.randrange(200, 9_000),
        dice.randrange(20, 1_500),
        dice.randrange(90, 6_000),
        outcome,
        dice.choices((0, 1, 2), (5, 4, 1))[0],
    )


def _day(
    start: datetime,
    count: int,
    ways: Sequence[Trodden],
    figures: Sequence[Figure],
    book: Book,
    prices: pricing.Book,
    dice: random.Random,
) -> None:
    """Write one day's calls in one transaction."""
    chosen = dice.choices(ways, cum_weights=list(accumulate(each.weight for each in ways)), k=count)
    hours = dice.choices(range(24), cum_weights=list(accumulate(HOURS)), k=count)
    moments = [start + timedelta(hours=hour, microseconds=dice.randrange(3_600_000_000)) for hour in hours]
    knowns = [book.known(way.spot, at, Reach()) for way, at in zip(chosen, moments, strict=True)]
    _ensure_paths(knowns, start)
    last = max(moments, default=start)
    with transaction.atomic():
        batch = UsageBatch.objects.create(
            received_at=last, way=Way.CSV, given=count, stored=count, first_at=min(moments), last_at=last
        )
        made = _rows(moments, knowns, figures, batch.pk, prices, dice)
        _write(made)
        seen = {known.path: known.seen for known in knowns}
        batch.digest = digests.over(digests.line(row.at, row.uid, seen[row.path], (*row[4:9], *row[10:])) for row in made)
        batch.save()
        adding.add(adding.add_up(made))
    partitions.want((min(moments), last))


def _ensure_paths(knowns: Sequence[Known], at: datetime) -> None:
    missing = {id(each): each for each in knowns if each.path is None}.values()
    fields = [(known, known.fields) for known in missing if isinstance(known.fields, PathFields)]
    if fields:
        ids = paths.make({each.digest: each for _, each in fields}, at)
        for known, each in fields:
            known.path = ids[each.digest]


def _rows(
    moments: Sequence[datetime],
    knowns: Sequence[Known],
    figures: Sequence[Figure],
    batch: int,
    prices: pricing.Book,
    dice: random.Random,
) -> list[Row]:
    costs: dict[tuple[int, int], int | None] = {}
    made = []
    for at, known in zip(moments, knowns, strict=True):
        place = dice.randrange(FIGURES)
        figure, fields = figures[place], known.fields
        key = (known.path or 0, place)
        if key not in costs and isinstance(fields, PathFields):
            names = fields.seen.names
            costs[key] = pricing.price(
                endpoint=fields.endpoint,
                provider=names.provider,
                model=names.model,
                at=at,
                tokens_in=figure.tokens_in,
                tokens_out=figure.tokens_out,
                book=prices,
            )
        bits = dice.getrandbits(128)
        trace = UUID(int=bits ^ 1)
        made.append(
            Row(
                at,
                UUID(int=bits),
                known.path or 0,
                batch,
                trace,
                "",
                figure.tokens_in,
                figure.tokens_out,
                0,
                costs[key],
                figure.latency_ms,
                figure.outcome,
                figure.task,
                "",
                "",
                "",
            )
        )
    made.sort()
    return made


def _write(made: list[Row]) -> None:
    if connection.vendor != "postgresql":
        rows.insert(made)
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for begin in range(0, len(made), 10_000):
            some = made[begin : begin + 10_000]
            copy.write("".join("\t".join("\\N" if each is None else str(each) for each in row) + "\n" for row in some))
