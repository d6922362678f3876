"""The lists of ways of use and of sealed hours: their columns and filters."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.catalog.models import Endpoint, Vendor
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.usage.matching.standing import WORDS
from registry.usage.models import PathClass, SealedHour, Standing, UsagePath, UsageSource
from registry.usage.observed import words
from registry.usage.pricing import company_currency
from registry.usage.sources import queries as sources

TIERS = [(number, f"Tier {number}") for number in range(5)]


def seen_surfaces(request: Any) -> QuerySet[Surface]:
    """Return the surfaces that the reader can choose."""
    return surfaces.visible_to(request.user).order_by("name") if request else Surface.objects.none()


def seen_sources(request: Any) -> QuerySet[UsageSource]:
    """Return the sources that the reader can choose."""
    return sources.visible_to(request.user).order_by("name") if request else UsageSource.objects.none()


class PathFilters(django_filters.FilterSet):
    """What ways of use can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Words")
    standing = django_filters.MultipleChoiceFilter(choices=Standing.choices, label="Standing")
    reason = django_filters.MultipleChoiceFilter(choices=list(WORDS.items()), method="having", label="Why not")
    data_class = django_filters.CharFilter(method="touching", label="Data class")
    vendor = django_filters.ModelMultipleChoiceFilter(
        field_name="endpoint__vendor", queryset=Vendor.objects.order_by("name"), label="Vendor"
    )
    endpoint = django_filters.ModelMultipleChoiceFilter(queryset=Endpoint.objects.order_by("name"), label="Endpoint")
    surface = django_filters.ModelMultipleChoiceFilter(queryset=seen_surfaces, label="Surface")
    team = django_filters.ModelMultipleChoiceFilter(
        field_name="surface__team", queryset=Team.objects.order_by("name"), label="Team"
    )
    tier = django_filters.MultipleChoiceFilter(field_name="surface__tier", choices=TIERS, label="Tier")
    source = django_filters.ModelMultipleChoiceFilter(queryset=seen_sources, label="Source")
    known = django_filters.BooleanFilter(field_name="surface", lookup_expr="isnull", exclude=True, label="Known surface")
    tool = django_filters.CharFilter(field_name="tool", label="Tool")
    model = django_filters.CharFilter(field_name="model", label="Model")
    lacking = django_filters.BooleanFilter(method="lacks", label="Lacks logging fields")

    class Meta:
        model = UsagePath
        fields: list[str] = []

    def search(self, queryset: QuerySet[UsagePath], name: str, value: str) -> QuerySet[UsagePath]:
        """Find by surface, service, feature, model, tool or region."""
        found = Q(surface__name__icontains=value)
        for column in ("claim", "service", "agent", "feature", "model", "tool", "region", "prompt"):
            found |= Q(**{f"{column}__icontains": value})
        return queryset.filter(found)

    def having(self, queryset: QuerySet[UsagePath], name: str, value: list[str]) -> QuerySet[UsagePath]:
        """Keep what has one of some reasons."""
        found = Q(pk__in=[])
        for each in value:
            found |= Q(reasons__icontains=f'"{each}"') | Q(reasons__icontains=f'"{each}:')
        return queryset.filter(found) if value else queryset

    def touching(self, queryset: QuerySet[UsagePath], name: str, value: str) -> QuerySet[UsagePath]:
        """Keep what touches a class of data."""
        return queryset.filter(pk__in=PathClass.objects.filter(data_class=value).values("path"))

    def lacks(self, queryset: QuerySet[UsagePath], name: str, value: bool) -> QuerySet[UsagePath]:
        """Keep what lacks logging fields, or what does not."""
        return queryset.exclude(missing="") if value else queryset.filter(missing="")


def _caller(row: UsagePath) -> Any:
    if row.surface is not None:
        return atoms.link(row.get_absolute_url(), row.surface.name, row.surface.key)
    return atoms.link(row.get_absolute_url(), words.caller(row), "no known surface")


class PathTable(Table):
    """How ways of use are listed."""

    default_sort = "-last"
    columns = (
        Column("surface", "Surface", words.caller, lead=True, sort=("surface__name", "service"), cell=_caller),
        Column("what", "Called", words.what, sort=("model", "tool"), phone=True),
        Column("vendor", "Vendor", "endpoint.vendor.name", sort="endpoint__vendor__name"),
        Column("region", "Region", "region", sort="region"),
        Column("classes", "Data", lambda row: row.classes.strip(), cell=lambda row: atoms.chips(row.classes.split())),
        Column(
            "standing",
            "Standing",
            lambda row: words.standing_of(row)[1],
            sort="standing",
            phone=True,
            cell=lambda row: atoms.state(*words.standing_of(row)),
        ),
        Column("calls", "Calls, 28 d", lambda row: row.calls or 0, sort="calls", numeric=True, phone=True),
        Column(
            "cost",
            "Cost, 28 d",
            lambda row: (row.cost or 0) / 1_000_000_000,
            sort="cost",
            numeric=True,
            cell=lambda row: words.money(row.cost or 0, company_currency()),
            shown=False,
        ),
        Column("last", "Last call", "last_at", sort="last_at", cell=lambda row: atoms.time(row.last_at)),
        Column("why", "Why not", lambda row: " ".join(words.reasons_of(row)), shown=False, wrap=True),
        Column("feature", "Feature", "feature", sort="feature", shown=False),
        Column("service", "Service", "service", sort="service", shown=False),
        Column("agent", "Agent", "agent", shown=False),
        Column("prompt", "Prompt", "prompt", shown=False),
        Column("endpoint", "Endpoint", "endpoint.name", shown=False),
        Column("source", "Source", "source.name", shown=False),
        Column("key", "Key", shown=False, sort="pk"),
    )

    def tone(self, row: UsagePath) -> str:
        """Tint what was not approved."""
        return "off" if row.standing == Standing.NOT_APPROVED else ""


class HourTable(Table):
    """How sealed hours are listed."""

    default_sort = "-hour"
    columns = (
        Column(
            "hour",
            "Received in the hour from",
            lead=True,
            sort="hour",
            cell=lambda row: atoms.link(row.get_absolute_url(), f"{row.hour:%Y-%m-%d %H}:00 UTC"),
        ),
        Column("observations", "Observations", numeric=True, sort="observations", phone=True),
        Column("batches", "Deliveries", numeric=True, sort="batches", phone=True),
        Column("digest", "Seal", cell=lambda row: atoms.hash_code(row.digest, "SHA-256 over the digests of its deliveries")),
        Column("sealed_at", "Sealed", sort="sealed_at", cell=lambda row: atoms.time(row.sealed_at)),
    )

    def url(self, row: SealedHour) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()
