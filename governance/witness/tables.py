"""How targets, witnesses and watched logs are listed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from governance.witness.models import Publication, Standing, WatchedLog, Witness

STATES = {"active": ("ok", "Active"), "paused": ("warn", "Paused"), "retired": ("until", "Retired")}


def state_of(row: Publication | Witness | WatchedLog) -> tuple[str, str]:
    """Return where something stands as a mark and words; an alarm and a failure say so."""
    if row.state == Standing.ACTIVE:
        if getattr(row, "alarm", ""):
            return "stop", "Saw another ledger"
        if getattr(row, "last_error", ""):
            return "warn", "Failing"
    return STATES[row.state]


def _lead(label: str) -> Column:
    return Column("name", label, lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key))


def _size(label: str, sort: str) -> Column:
    return Column("size", label, "last_size", numeric=True, sort=sort, phone=True)


class _Found(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label="Words")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by name."""
        return queryset.filter(name__icontains=value)


class PublicationFilters(_Found):
    """Filters of targets, for page, API and exports."""

    kind = django_filters.MultipleChoiceFilter(choices=Publication.Kind.choices, label="Kind")
    state = django_filters.MultipleChoiceFilter(choices=Standing.choices, label="State")

    class Meta:
        model = Publication
        fields: list[str] = []


class WitnessFilters(_Found):
    """Filters of witnesses, for page, API and exports."""

    state = django_filters.MultipleChoiceFilter(choices=Standing.choices, label="State")
    alarmed = django_filters.BooleanFilter(method="alarms", label="Saw another ledger")

    class Meta:
        model = Witness
        fields: list[str] = []

    def alarms(self, queryset: QuerySet[Witness], name: str, value: bool) -> QuerySet[Witness]:
        """Keep those that have seen another ledger, or all others."""
        return queryset.exclude(alarm="") if value else queryset.filter(alarm="")


class WatchedLogFilters(_Found):
    """Filters of watched logs, for page, API and exports."""

    state = django_filters.MultipleChoiceFilter(choices=WatchedLog.State.choices, label="State")

    class Meta:
        model = WatchedLog
        fields: list[str] = []

    def search(self, queryset: QuerySet[WatchedLog], name: str, value: str) -> QuerySet[WatchedLog]:
        """Find by origin or by whose it is."""
        return queryset.filter(Q(name__icontains=value) | Q(origin__icontains=value))


class _Kept(Table):
    default_sort = "name"

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())

    def tone(self, row: Any) -> str:
        """Grey out what is retired."""
        return "off" if row.state == Standing.RETIRED else ""


class PublicationTable(_Kept):
    """How targets are listed."""

    columns = (
        _lead("Target"),
        Column("kind", "How", "get_kind_display", sort="kind", phone=True),
        Column("to", "Goes to", "goes_to", wrap=True),
        Column("every", "Minutes between", "every_minutes", sort="every_minutes", numeric=True),
        _size("Newest checkpoint there", "last_size"),
        Column("ok", "Last published", "last_ok_at", sort="last_ok_at", cell=lambda row: atoms.time(row.last_ok_at)),
        state_column(state_of, sort="state", phone=True),
    )


class WitnessTable(_Kept):
    """How witnesses are listed."""

    columns = (
        _lead("Witness"),
        Column("url", "Address", wrap=True),
        _size("Newest cosigned", "last_size"),
        Column("ok", "Last cosigned", "last_ok_at", sort="last_ok_at", cell=lambda row: atoms.time(row.last_ok_at)),
        state_column(state_of, sort="state", phone=True),
    )


class WatchedLogTable(_Kept):
    """How watched logs are listed."""

    columns = (
        _lead("Log of"),
        Column("origin", "Origin", sort="origin", wrap=True),
        _size("Newest cosigned", "newest_size"),
        Column("ok", "Last cosigned", "last_ok_at", sort="newest_at", cell=lambda row: atoms.time(row.last_ok_at)),
        state_column(state_of, sort="state", phone=True),
    )
