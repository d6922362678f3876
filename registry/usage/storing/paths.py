"""Paths that are new: written once, found again by their digest, and bounded in number for each source and day."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from django.db import connection, transaction

from registry.usage.matching.match import PathFields
from registry.usage.models import PathClass, UsagePath
from registry.usage.seen import Names, keys_text

MOST_A_DAY = 2_000
"""New paths that one source may open on one day (UTC) before names that nothing here knows are given up."""


def room(source: int | None, at: datetime) -> int:
    """Return how many new paths a source may still open on the day of `at`."""
    start = datetime.combine(at.date(), time.min, tzinfo=at.tzinfo)
    return MOST_A_DAY - UsagePath.objects.filter(source=source, made_at__gte=start).count()


def known(digests: Iterable[str]) -> dict[str, int]:
    """Return the ids of paths that exist, by digest."""
    return dict(UsagePath.objects.filter(digest__in=list(digests)).values_list("digest", "pk"))


def make(wanted: Mapping[str, PathFields], at: datetime) -> dict[str, int]:
    """Write paths that may not exist yet, by digest; return their ids.

    They are committed before the observations that name them, so that no sender waits for another and none that this process
    keeps in mind is ever rolled back. Two senders that bring the same path make one.
    """
    rows = [_row(digest, wanted[digest], at) for digest in sorted(wanted)]
    with transaction.atomic():
        UsagePath.objects.bulk_create(rows, ignore_conflicts=True)
        ids = known(wanted)
        classes = [PathClass(path_id=ids[digest], data_class=key) for digest in sorted(wanted) for key in wanted[digest].classes]
        PathClass.objects.bulk_create(classes, ignore_conflicts=True)
    return ids


def _row(digest: str, fields: PathFields, at: datetime) -> UsagePath:
    seen = fields.seen
    return UsagePath(
        source_id=seen.source,
        **dict(zip(Names._fields, seen.names, strict=True)),
        carried=keys_text(seen.said),
        classes=keys_text(fields.classes)[:600],
        classes_from=fields.classes_from,
        missing=keys_text(fields.missing),
        surface_id=fields.surface,
        endpoint_id=fields.endpoint,
        revision_id=fields.revision,
        prompt_version_id=fields.prompt_version,
        matched_by=fields.matched_by,
        standing=fields.standing,
        reasons=list(fields.reasons),
        digest=digest,
        made_at=at,
    )


def in_transaction() -> bool:
    """Whether somebody else's transaction is open, so that what is made here may still be rolled back."""
    return connection.in_atomic_block
