"""The list of ledger entries."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from governance.ledger import kinds, queries
from governance.ledger.models import Entry
from governance.ui import atoms
from governance.ui.tables import Column, Table


def kind_choices() -> list[tuple[str, str]]:
    """Return the event kinds, each as its sentence begins."""
    return [(kind.name, kind.label) for kind in kinds.all_kinds()]


class EntryFilters(django_filters.FilterSet):
    """Filters of the ledger: by subject's key, kind, actor and time."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=kind_choices, label="Kind")
    subject = django_filters.CharFilter(field_name="subject_key", lookup_expr="iexact", label="Subject")
    actor = django_filters.CharFilter(field_name="actor_ref", label="Actor")
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label="Since")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", label="Until")

    class Meta:
        model = Entry
        fields: list[str] = []

    def search(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Find entries by the beginning of their subject's key or kind, or by their hash."""
        if len(value) >= 8 and all(letter in "0123456789abcdef" for letter in value.lower()):
            return queryset.filter(digest__startswith=value.lower())
        return queryset.filter(subject_key__istartswith=value) | queryset.filter(kind__istartswith=value)


class EntryTable(Table):
    """How entries are listed."""

    default_sort = "-seq"
    columns = (
        Column("seq", "Entry", lead=True, sort="seq", cell=lambda row: atoms.link(_url(row), f"{row.seq:,}")),
        Column("at", "When", sort="seq", phone=True, cell=lambda row: atoms.time(row.at)),
        Column("kind", "What happened", cell=queries.told, phone=True, wrap=True),
        Column("subject_key", "Subject", phone=True),
        Column("actor_ref", "Actor", shown=False),
        Column("digest", "Hash", cell=lambda row: atoms.hash_code(row.digest)),
    )

    def url(self, row: Entry) -> str:
        """Return where Enter leads."""
        return _url(row)

    def name(self, row: Entry) -> str:
        """Return how screen readers name the row."""
        return f"entry {row.seq}"


def _url(row: Any) -> str:
    return reverse("entry", args=[row.seq])
