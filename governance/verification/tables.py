"""The list of verifications."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from governance.ui import atoms
from governance.ui.tables import Column, Table
from governance.verification.models import Verification


class VerificationFilters(django_filters.FilterSet):
    """Filters of verifications: by result and time."""

    result = django_filters.ChoiceFilter(
        label="Result", method="by_result", choices=[("holds", "Everything held"), ("broken", "Something did not hold")]
    )
    since = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="gte", label="Since")
    until = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="lt", label="Until")

    class Meta:
        model = Verification
        fields: list[str] = []

    def by_result(self, queryset: QuerySet[Verification], name: str, value: str) -> QuerySet[Verification]:
        """Keep those that held, or those that did not."""
        return queryset.filter(problems=0) if value == "holds" else queryset.filter(problems__gt=0)


def said(row: Verification) -> str:
    """Return the result in words."""
    if row.problems:
        return "1 finding" if row.problems == 1 else f"{row.problems:,} findings"
    return f"Holds, {row.accepted:,} accepted" if row.accepted else "Everything holds"


class VerificationTable(Table):
    """How verifications are listed."""

    default_sort = "-started"
    columns = (
        Column("key", "Verification", lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), row.key)),
        Column("started", "When", "started_at", sort="pk", phone=True, cell=lambda row: atoms.time(row.started_at)),
        Column("result", "Result", said, phone=True, cell=lambda row: atoms.state("stop" if row.problems else "ok", said(row))),
        Column("size", "Entries", numeric=True, sort="size"),
        Column("rows", "Rows", numeric=True),
        Column("files", "Files", numeric=True),
        Column("checkpoints", "Checkpoints", numeric=True, shown=False),
        Column("root", "Root", cell=lambda row: atoms.hash_code(row.root)),
        Column("by", "By", "by.name", cell=lambda row: atoms.person(row.by)),
    )

    def tone(self, row: Verification) -> str:
        """Tint what did not hold."""
        return "off" if row.problems else ""

    def url(self, row: Verification) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()

    def name(self, row: Any) -> str:
        """Return how screen readers name the row."""
        return f"verification {row.key}"
