"""One delivery into rows and sums, in one transaction: what is returned is durable."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from governance.core import clock
from governance.people.models import User
from governance.policy import queries as policy
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.usage import following, partitions, pricing
from registry.usage.calls import Call, Refusal, Stored
from registry.usage.content import keeping
from registry.usage.matching import book as books
from registry.usage.matching.book import Book, Known
from registry.usage.matching.match import NotYours, PathFields, Reach
from registry.usage.models import KeptText, UsageBatch, UsageSource
from registry.usage.sealing import digests
from registry.usage.seen import as_seen, clean, raw_names, said_by
from registry.usage.storing import adding, paths, rows
from registry.usage.storing.rows import Row

FUTURE = timedelta(minutes=10)
"""How far a sender's clock may be ahead."""
OLDEST = timedelta(days=5 * 366)
"""What is older was stamped by a broken clock."""
MOST = 2**53
"""Figures beyond this are no count of tokens."""
MOST_MS = 2**31 - 1
SLOWEST = timedelta(minutes=5)
"""A delivery that took longer to get here counts as received now."""
TIERS = range(5)
RETRIES = 2


@dataclass(slots=True)
class Placed:
    """A call that is stored: its place in the delivery, and what it was matched to."""

    place: int
    call: Call
    known: Known


@dataclass(slots=True)
class Delivery:
    """What is known of a delivery while it is stored."""

    source: UsageSource | None
    sender: User | None
    book: Book
    received_at: datetime
    placed: list[Placed] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def reach(self) -> Reach:
        """How far it may reach."""
        if self.source is None:
            return Reach()
        return Reach(self.source.pk, self.source.kind, self.source.surface_id, self.source.team_id)


def store(
    calls: Sequence[Call],
    *,
    source: UsageSource | None,
    sender: User | None,
    way: str,
    received_at: datetime,
    refused: Sequence[Refusal] = (),
    others: int = 0,
) -> Stored:
    """Store a delivery and return what became of it, once it is durable. Call it outside any transaction.

    `source` or `sender` say how far it may reach: a source as its kind says, a person without one for surfaces that they
    see. `refused` are spans that could not even be read, `others` those that are no calls; both are counted with the batch.
    Refusals are told by the place of a call in `calls`. The same call (moment and uid) is stored once, ever.
    """
    if clock.now() - received_at > SLOWEST:
        received_at = clock.now()  # what was received then may be sealed already
    delivery = Delivery(source, sender, books.current(), received_at)
    _place(delivery, calls)
    _only_visible(delivery)
    made = _with_paths(delivery)
    batch = _durably(lambda: _written(delivery, calls, refused, way, others))
    following.after_paths(made)
    if batch.first_at is not None and batch.last_at is not None:
        partitions.want((batch.first_at, batch.last_at))
    return Stored(
        batch=batch.pk,
        stored=batch.stored,
        duplicates=batch.duplicates,
        refused=sorted([*refused, *delivery.refused], key=lambda each: each.place),
        texts_refused=batch.texts_refused,
        texts_kept=batch.texts_kept,
    )


def _written(delivery: Delivery, calls: Sequence[Call], refused: Sequence[Refusal], way: str, others: int) -> UsageBatch:
    """Write a delivery in one transaction."""
    with transaction.atomic():
        batch = _open(delivery, way, len(calls) + len(refused), [*refused, *delivery.refused], others)
        stored, texts = _write(delivery, batch)
        _close(batch, stored, len(delivery.placed) - len(stored), texts)
    return batch


def _durably(write: Callable[[], UsageBatch]) -> UsageBatch:
    """Write once more where a month's table was attached, or a lock was given up, in the very moment of writing."""
    for _ in range(RETRIES):
        try:
            return write()
        except (IntegrityError, OperationalError):
            if connection.in_atomic_block or connection.vendor != "postgresql":
                raise
    return write()


def _place(delivery: Delivery, calls: Iterable[Call]) -> None:
    """Match every call; refuse those that cannot be."""
    book, reach = delivery.book, delivery.reach
    earliest, latest = delivery.received_at - OLDEST, delivery.received_at + FUTURE
    spots, source = book.spots, reach.source
    for place, call in enumerate(calls):
        at = call.at
        if not earliest <= at <= latest:
            delivery.refused.append(_untimely(place, at, latest))
            continue
        if wrong := _impossible(call):
            delivery.refused.append(Refusal(place, "figures", wrong))
            continue
        names, said = raw_names(call), said_by(call)
        key: Hashable = (source, reach.kind, reach.surface, reach.team, names, call.classes, said)
        spot = spots.get(key) or book.keep(key, as_seen(source, names, call.classes, said), reach)
        known = book.known(spot, at, reach)
        if isinstance(known.fields, NotYours):
            delivery.refused.append(_not_yours(place, known.fields.surface, delivery.source))
        else:
            delivery.placed.append(Placed(place, call, known))


def _untimely(place: int, at: datetime, latest: datetime) -> Refusal:
    if at > latest:
        return Refusal(
            place, "future", f"It begins at {at:%Y-%m-%d %H:%M:%S} UTC, more than 10 minutes ahead. Set the sender's clock."
        )
    return Refusal(place, "too_old", f"It begins on {at:%Y-%m-%d}, more than five years ago. Set the sender's clock.")


def _impossible(call: Call) -> str:
    if not (0 <= call.tokens_in <= MOST and 0 <= call.tokens_out <= MOST and 0 <= call.tokens_cached <= MOST):
        return "A count of tokens is below zero or impossibly large. Send whole counts."
    if call.latency_ms is not None and not 0 <= call.latency_ms <= MOST_MS:
        return "It took less than no time, or more than 24 days. Send whole milliseconds."
    return ""


def _not_yours(place: int, surface: int, source: UsageSource | None) -> Refusal:
    key = Surface(pk=surface).key
    if source is None:
        return Refusal(place, "surface", f"You see no surface {key}. Name one that you see.")
    return Refusal(place, "surface", f"{source.name} may not send for {key}. Name its own surface, or send by another source.")


def _only_visible(delivery: Delivery) -> None:
    """Without a source, a person sends for surfaces that they see."""
    if delivery.source is not None or delivery.sender is None:
        return
    named = {_fields(each.known).surface for each in delivery.placed} - {None}
    held = {pk: (owner, team) for pk, owner, team in Surface.objects.filter(pk__in=named).values_list("pk", "owner", "team")}
    seen = surfaces.visible_among(delivery.sender, held) if held else set()
    if hidden := named - seen:
        for each in delivery.placed:
            if (pk := _fields(each.known).surface) in hidden and pk is not None:
                delivery.refused.append(_not_yours(each.place, pk, None))
        delivery.placed = [each for each in delivery.placed if _fields(each.known).surface not in hidden]


def _fields(known: Known) -> PathFields:
    return cast(PathFields, known.fields)  # what is refused is never placed


def _with_paths(delivery: Delivery) -> list[int]:
    """Give every match its path; return the ids of those that are new. Beyond a source's bound, unknown names go."""
    wanting = {id(each.known): each for each in delivery.placed if each.known.path is None}
    if not wanting:
        return []
    by_digest: dict[str, list[Known]] = {}
    for each in wanting.values():
        by_digest.setdefault(_fields(each.known).digest, []).append(each.known)
    ids = paths.known(by_digest)
    missing = [digest for digest in by_digest if digest not in ids]
    made: dict[str, int] = {}
    if missing:
        room = paths.room(delivery.reach.source, delivery.received_at)
        if len(missing) > room:
            missing = _bound(delivery, wanting, by_digest, set(missing[max(room, 0) :]), ids)
        made = paths.make({digest: _fields(by_digest[digest][0]) for digest in missing}, delivery.received_at)
    for digest, knowns in by_digest.items():
        for known in knowns:
            known.path = ids.get(digest) or made[digest]
    return sorted(made.values())


def _bound(
    delivery: Delivery,
    wanting: dict[int, Placed],
    by_digest: dict[str, list[Known]],
    beyond: set[str],
    ids: dict[str, int],
) -> list[str]:
    """Match what is beyond the bound without the names that nothing here knows; return the digests that are to be made."""
    for each in wanting.values():
        known, fields = each.known, _fields(each.known)
        if (digest := fields.digest) in beyond:
            by_digest.pop(digest, None)
            known.fields, known._seen = delivery.book.bounded(fields.seen, each.call.at, delivery.reach), ""
            by_digest.setdefault(_fields(known).digest, []).append(known)
    ids |= paths.known(by_digest)
    return [digest for digest in by_digest if digest not in ids]


def _open(delivery: Delivery, way: str, given: int, refused: Sequence[Refusal], others: int) -> UsageBatch:
    return UsageBatch.objects.create(
        received_at=delivery.received_at,
        source=delivery.source,
        sender=delivery.sender,
        way=way,
        given=given,
        stored=0,
        refused=len(refused),
        refusals=dict(Counter(each.reason for each in refused)),
        others=others,
    )


def _write(delivery: Delivery, batch: UsageBatch) -> tuple[list[Row], keeping.Settled]:
    """Write what is new of a delivery: rows, texts that may be kept, then sums. Return the rows, and what became of texts."""
    prices = pricing.current() if delivery.placed else None
    given: dict[tuple[datetime, UUID], tuple[Row, Placed]] = {}
    for each in delivery.placed:
        row = _row(each, batch.pk, prices)
        given.setdefault((row.at, row.uid), (row, each))
    stored = rows.insert([given[key][0] for key in sorted(given)])
    placed = [given[row.at, row.uid][1] for row in stored]
    texts = _texts(placed, delivery.received_at)
    batch.digest = digests.over(
        digests.line(row.at, row.uid, each.known.seen, (*row[4:9], *row[10:])) for row, each in zip(stored, placed, strict=True)
    )
    adding.add(adding.add_up(stored))
    return stored, texts


def _row(placed: Placed, batch: int, prices: pricing.Book | None) -> Row:
    call, known = placed.call, placed.known
    fields = _fields(known)
    names = fields.seen.names
    at = call.at if call.at.tzinfo is UTC else call.at.astimezone(UTC)
    cost = pricing.price(
        endpoint=fields.endpoint,
        provider=names.provider,
        model=names.model,
        at=at,
        tokens_in=call.tokens_in,
        tokens_out=call.tokens_out,
        tokens_cached=call.tokens_cached,
        said=call.cost_said,
        book=prices,
    )
    return Row(
        at,
        call.uid,
        known.path or 0,
        batch,
        call.trace,
        clean(call.span, 16) if call.span else "",
        call.tokens_in,
        call.tokens_out,
        call.tokens_cached,
        cost,
        call.latency_ms,
        int(call.outcome),
        int(call.task),
        clean(call.error, 120) if call.error else "",
        clean(call.override_reason, 400) if call.override_reason else "",
        clean(call.fingerprint, 64) if call.fingerprint else "",
    )


def _texts(placed: Sequence[Placed], received_at: datetime) -> keeping.Settled:
    """Store the texts that policy lets be kept, redacted; count the others."""
    bearing = [each for each in placed if each.call.texts]
    if not bearing:
        return keeping.Settled()
    kept = policy.usage_rules().observations
    days = {tier: kept.text_days_kept(tier) or 0 for tier in TIERS}
    settled = keeping.settle(
        [(each.call, _fields(each.known).surface, _fields(each.known).tier) for each in bearing],
        rules=keeping.Keeping(days, kept.redact),
        received_at=received_at,
    )
    if settled.rows:
        KeptText.objects.bulk_create(settled.rows, ignore_conflicts=True)
    return settled


def _close(batch: UsageBatch, stored: Sequence[Row], duplicates: int, texts: keeping.Settled) -> None:
    """Say with the batch what became of it."""
    batch.stored, batch.duplicates = len(stored), duplicates
    batch.texts_refused, batch.texts_kept = texts.refused, texts.kept
    if stored:
        batch.first_at, batch.last_at = stored[0].at, stored[-1].at
    batch.save()
