"""Keeps what is evidence by itself in step with the records it comes from. The only writer of it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from governance.policy import queries as policy
from registry.controls import itself
from registry.controls.models import ByItself
from registry.evidence import controls
from registry.surfaces.models import Surface, SurfaceState

BATCH = 500  # rows for each statement
SLICE = 250  # surfaces for each transaction
SAME = ("surface_id", "control", "record_type", "record_id")
COLUMNS = ("kind", "record_key", "label", "title", "on", "entry", "digest")
MAKING = (
    "run.recorded", "drill.done", "vendor.reviewed", "change.in_force", "surface.in_force", "surface.retired",
    "endpoint.approved", "tool.approved", "access_review.closed",
)  # fmt: skip
"""Kinds of entry after which something else speaks for a control."""


def keep(pks: Iterable[int]) -> int:
    """Bring what is kept for surfaces in line with the records; return how many rows were written. Safe to run twice.

    Derived, so the ledger is not told: each row names the entry that told of its record. Retired surfaces lose theirs.
    """
    listed = sorted(set(pks))
    return sum(_keep(listed[start : start + SLICE]) for start in range(0, len(listed), SLICE))


def _keep(pks: list[int]) -> int:
    alive = Surface.objects.filter(pk__in=pks).exclude(state=SurfaceState.RETIRED).values_list("pk", flat=True)
    with transaction.atomic():
        before = {
            tuple(getattr(row, name) for name in SAME): row for row in ByItself.objects.filter(surface__in=pks).order_by("pk")
        }
        changed = list(_changed(itself.of_surfaces(sorted(alive)), before))
        if before:
            ByItself.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
        unique = ["surface", "control", "record_type", "record_id"]
        ByItself.objects.bulk_create(
            changed, batch_size=BATCH, update_conflicts=True, unique_fields=unique, update_fields=list(COLUMNS)
        )
    return len(changed)


def _changed(found: Iterable[itself.Shown], before: dict[Any, ByItself]) -> Iterator[ByItself]:
    """Yield the rows to write; what is left in `before` is no longer shown by anything."""
    names = controls.names(policy.document())
    for shown in found:
        row = before.pop(tuple(getattr(shown, name) for name in SAME), None)
        title = controls.name_of(shown.control, names)
        columns = {name: title if name == "title" else getattr(shown, name) for name in COLUMNS}
        if row is None:
            yield ByItself(**{name: getattr(shown, name) for name in SAME}, **columns)
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            yield row
