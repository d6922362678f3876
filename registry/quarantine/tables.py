"""The list of quarantines."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.quarantine.models import Quarantine
from registry.quarantine.reading import state_of


class QuarantineFilters(django_filters.FilterSet):
    """What quarantines can be narrowed to, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Quarantine.Kind.choices, label="Kind")
    active = django_filters.BooleanFilter(field_name="lifted_at", lookup_expr="isnull", label="In quarantine now")
    incident = django_filters.CharFilter(field_name="incident_key", lookup_expr="iexact", label="Incident")

    class Meta:
        model = Quarantine
        fields: list[str] = []

    def search(self, queryset: QuerySet[Quarantine], name: str, value: str) -> QuerySet[Quarantine]:
        """Find by what is held or why."""
        named = Q(endpoint__name__icontains=value) | Q(tool__name__icontains=value) | Q(vendor__name__icontains=value)
        return queryset.filter(named | Q(source__icontains=value) | Q(reason__icontains=value))


class QuarantineTable(Table):
    """How quarantines are listed."""

    default_sort = "-since"
    columns = (
        Column("name", "What", "name", lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("kind", "Kind", "get_kind_display", sort="kind", phone=True),
        state_column(state_of, sort="lifted_at", phone=True),
        Column("since", "Since", "since", sort="since", phone=True, cell=lambda row: atoms.time(row.since)),
        Column("reason", "Why", "reason", wrap=True),
        Column("by", "By", "by.name", sort="by__name", cell=lambda row: atoms.person(row.by)),
        Column("standing", "As", "standing", shown=False),
        Column("incident_key", "Incident", "incident_key", sort="incident_key"),
        Column("lifted_at", "Lifted", "lifted_at", shown=False, cell=lambda row: _moment(row.lifted_at)),
    )

    def url(self, row: Quarantine) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def _moment(at: Any) -> Any:
    return atoms.time(at) if at is not None else atoms.DASH
