"""Seals each hour once it is over, and computes seals and batches again from what is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import Max, Min, Sum

from governance.core import clock
from governance.ledger.journal import action, record
from governance.people.models import User
from governance.people.system import system_actor
from registry.usage.models import Observation, SealedHour, UsageBatch, UsagePath
from registry.usage.sealing import digests
from registry.usage.seen import seen_digest, seen_of

HOUR = timedelta(hours=1)
WAITS = timedelta(minutes=10)
"""So long after its end an hour is sealed: no delivery takes longer than that from its coming in to its commit."""
AT_A_TIME = 200
REST = (
    "trace", "span", "tokens_in", "tokens_out", "tokens_cached", "latency_ms", "outcome", "task", "error",
    "override_reason", "fingerprint",
)  # fmt: skip
"""What of an observation its line holds from the trace on, in this order."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found when a seal, or a batch's digest, was computed again.

    `holds` is None where it cannot be computed any more, because single observations were let go; `gone` says how many.
    """

    observations: int
    found: int
    digest: str
    computed: str
    holds: bool | None

    @property
    def gone(self) -> int:
        """How many observations are no longer kept."""
        return max(self.observations - self.found, 0)


def seal_due(limit: int = AT_A_TIME) -> list[SealedHour]:
    """Seal the hours that are over and are not sealed yet, oldest first."""
    before = (clock.now() - WAITS).replace(minute=0, second=0, microsecond=0)
    sealed: list[SealedHour] = []
    for hour in _unsealed(before):
        try:
            sealed.append(_seal(hour, actor=system_actor()))
        except IntegrityError:  # another worker sealed it in this moment: the hour is unique
            continue
        if len(sealed) >= limit:
            break
    return sealed


def _unsealed(before: datetime) -> Iterator[datetime]:
    """The hours before a moment in which something was received that no seal holds, in order."""
    last = SealedHour.objects.aggregate(last=Max("hour"))["last"]
    rows = UsageBatch.objects.filter(received_at__lt=before)
    if last is not None:
        rows = rows.filter(received_at__gte=last + HOUR)
    while (first := rows.aggregate(first=Min("received_at"))["first"]) is not None:
        hour = first.replace(minute=0, second=0, microsecond=0)
        yield hour
        rows = rows.filter(received_at__gte=hour + HOUR)


@action
def _seal(hour: datetime, *, actor: User) -> SealedHour:
    rows = batches_of(hour)
    sealed = SealedHour(
        hour=hour,
        batches=rows.count(),
        observations=rows.aggregate(total=Sum("stored"))["total"] or 0,
        digest=digest_of(hour),
        sealed_at=clock.now(),
    )
    sealed.save()
    told = {"hour": hour, "batches": sealed.batches, "observations": sealed.observations, "digest": sealed.digest}
    record("usage.hour_sealed", actor=actor, subject=sealed, payload=told)
    return sealed


def batches_of(hour: datetime):  # type: ignore[no-untyped-def]
    """Return the batches that were received in an hour, in their order."""
    return UsageBatch.objects.filter(received_at__gte=hour, received_at__lt=hour + HOUR).order_by("pk")


def digest_of(hour: datetime) -> str:
    """Return the digest of an hour, over the digests that its batches carry."""
    return digests.over(batches_of(hour).values_list("digest", flat=True).iterator())


def check_batch(batch: UsageBatch) -> Checked:
    """Compute a batch's digest again from its single observations."""
    if batch.first_at is None or batch.last_at is None:
        computed = digests.over([])
        return Checked(0, 0, batch.digest, computed, computed == batch.digest)
    rows = Observation.objects.filter(at__gte=batch.first_at, at__lte=batch.last_at, batch=batch.pk).order_by("at", "uid")
    held = list(rows.values_list("at", "uid", "path_id", *REST))
    seen = {each.pk: seen_digest(seen_of(each)) for each in UsagePath.objects.filter(pk__in={row[2] for row in held})}
    computed = digests.over(digests.line(at, uid, seen.get(path, ""), rest) for at, uid, path, *rest in held)
    if computed == batch.digest:
        return Checked(batch.stored, len(held), batch.digest, computed, holds=True)
    return Checked(batch.stored, len(held), batch.digest, computed, holds=None if len(held) < batch.stored else False)


def check_hour(sealed: SealedHour, progress: Callable[[int, int, str], None] | None = None) -> tuple[Checked, list[int]]:
    """Compute a sealed hour again from its single observations; return it, and the numbers of batches that do not hold.

    A seal over batches whose observations were let go still holds over the digests that they carry; it is then said that
    it cannot be computed further (None), and never that it does not hold.
    """
    found, computed, wrong, gone = 0, [], [], False
    for number, batch in enumerate(batches_of(sealed.hour).iterator(chunk_size=500), start=1):
        checked = check_batch(batch)
        found += checked.found
        computed.append(batch.digest if checked.holds is None else checked.computed)
        gone |= checked.holds is None
        if checked.holds is False:
            wrong.append(batch.pk)
        if progress is not None:
            progress(number, sealed.batches, f"{found:,} observations")
    digest = digests.over(computed)
    holds = False if wrong or digest != sealed.digest else (None if gone else True)
    return Checked(sealed.observations, found, sealed.digest, digest, holds), wrong
