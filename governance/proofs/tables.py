"""The list of checkpoints."""

from typing import Any

import django_filters
from django.urls import reverse

from governance.proofs.models import Checkpoint
from governance.ui import atoms
from governance.ui.tables import Column, Table


class CheckpointFilters(django_filters.FilterSet):
    """Filters of checkpoints: by size and by time."""

    at_least = django_filters.NumberFilter(field_name="size", lookup_expr="gte", label="From size")
    at_most = django_filters.NumberFilter(field_name="size", lookup_expr="lte", label="To size")
    since = django_filters.IsoDateTimeFilter(field_name="sealed_at", lookup_expr="gte", label="Since")
    until = django_filters.IsoDateTimeFilter(field_name="sealed_at", lookup_expr="lt", label="Until")

    class Meta:
        model = Checkpoint
        fields: list[str] = []


class CheckpointTable(Table):
    """How checkpoints are listed."""

    default_sort = "-size"
    columns = (
        Column("size", "Checkpoint", lead=True, sort="size", cell=lambda row: atoms.link(_url(row), f"{row.size:,} entries")),
        Column("sealed_at", "Sealed", phone=True, cell=lambda row: atoms.time(row.sealed_at)),
        Column("root", "Root", phone=True, cell=lambda row: atoms.hash_code(row.root)),
    )

    def url(self, row: Checkpoint) -> str:
        """Return where Enter leads."""
        return _url(row)

    def name(self, row: Checkpoint) -> str:
        """Return how screen readers name the row."""
        return f"checkpoint over {row.size} entries"


def _url(row: Any) -> str:
    return reverse("checkpoint", args=[row.size])
