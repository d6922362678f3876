"""The lists of deployments and defects."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.deliveries.models import Defect, Deployment

TIERS = [(number, f"T{number}") for number in range(5)]
HOUR, DAY = 3600, 86400


def lasted(span: timedelta | None) -> str:
    """Say how long something took: 38 min, 6.2 h, 3 days; a dash where it is not known."""
    if span is None:
        return "–"
    seconds = max(0, round(span.total_seconds()))
    if seconds < HOUR:
        return f"{max(1, round(seconds / 60))} min" if seconds else "0 min"
    return f"{seconds / HOUR:.1f} h" if seconds < 2 * DAY else f"{seconds / DAY:.1f} days"


def deployed_state(row: Deployment) -> tuple[str, str]:
    """Return how a deployment went, as a mark and words."""
    if row.outcome == Deployment.Outcome.SUCCEEDED:
        return "ok", "Went well"
    return ("warn", "Failed, mended") if row.restored_at else ("stop", "Failed")


def found_state(row: Defect) -> tuple[str, str]:
    """Return how a defect stands, as a mark and words."""
    if not row.is_defect:
        return "until", "No defect"
    if row.fixed_at:
        return "ok", "Mended"
    return ("stop", "Open, users feel it") if row.found_by == Defect.FoundBy.USERS else ("warn", "Open")


class DeliveryFilters(django_filters.FilterSet):
    """What both lists are narrowed by."""

    q = django_filters.CharFilter(method="search", label="Words")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    tier = django_filters.MultipleChoiceFilter(field_name="surface__tier", choices=TIERS, label="Tier")
    incident = django_filters.CharFilter(lookup_expr="iexact", label="Incident, by key")
    sender_key = django_filters.CharFilter(label="Sender's key")
    change = django_filters.NumberFilter(field_name="change_id", label="Change number")
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")

    words: tuple[str, ...] = ()

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by what the row says of itself, or by its surface."""
        found = Q(surface__name__icontains=value) | Q(sender_key__icontains=value)
        for column in self.words:
            found |= Q(**{f"{column}__icontains": value})
        return queryset.filter(found)


class DeploymentFilters(DeliveryFilters):
    """Filters of deployments, for page, API and exports."""

    words = ("version", "repository", "commit")
    environment = django_filters.CharFilter(lookup_expr="iexact", label="Environment")
    outcome = django_filters.MultipleChoiceFilter(choices=Deployment.Outcome.choices, label="How it went")
    rework = django_filters.BooleanFilter(label="Rework")
    deployed_after = django_filters.IsoDateTimeFilter(field_name="deployed_at", lookup_expr="gte", label="Deployed from")
    deployed_before = django_filters.IsoDateTimeFilter(field_name="deployed_at", lookup_expr="lt", label="Deployed before")

    class Meta:
        model = Deployment
        fields: list[str] = []


class DefectFilters(DeliveryFilters):
    """Filters of defects, for page, API and exports."""

    words = ("title",)
    severity = django_filters.MultipleChoiceFilter(choices=Defect.Severity.choices, label="Severity")
    found_by = django_filters.MultipleChoiceFilter(choices=Defect.FoundBy.choices, label="Noticed first by")
    is_defect = django_filters.BooleanFilter(label="Was a defect")
    open = django_filters.BooleanFilter(field_name="fixed_at", lookup_expr="isnull", label="Open")
    found_after = django_filters.IsoDateTimeFilter(field_name="found_at", lookup_expr="gte", label="Found from")
    found_before = django_filters.IsoDateTimeFilter(field_name="found_at", lookup_expr="lt", label="Found before")

    class Meta:
        model = Defect
        fields: list[str] = []


class DeploymentTable(Table):
    """How deployments are listed."""

    default_sort = "-deployed_at"
    columns = (
        Column("release", "Release", lambda row: _release(row), lead=True, cell=lambda row: _named(row, _release(row))),
        Column("surface", "Surface", "surface.name", sort="surface__name", wrap=True, phone=True, cell=lambda row: _surface(row)),
        Column("tier", "Tier", "surface.tier", sort="surface__tier", cell=lambda row: atoms.tier(row.surface.tier)),
        Column("environment", "Into", sort="environment"),
        Column("deployed_at", "Deployed", sort="deployed_at", phone=True, cell=lambda row: atoms.time(row.deployed_at)),
        Column("lead", "Lead time", lambda row: lead_time(row), numeric=True, cell=lambda row: lasted(lead_time(row))),
        Column("restore", "Mended in", lambda row: recovery(row), numeric=True, cell=lambda row: lasted(recovery(row))),
        Column("rework", "Rework", lambda row: "yes" if row.rework else "", sort="rework"),
        Column("commit", "Commit", cell=lambda row: row.commit[:12], shown=False),
        state_column(deployed_state, sort="outcome", phone=True),
    )

    def url(self, row: Deployment) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class DefectTable(Table):
    """How defects are listed."""

    default_sort = "-found_at"
    columns = (
        Column("title", "Defect", lead=True, sort="title", cell=lambda row: _named(row, row.title)),
        Column("surface", "Surface", "surface.name", sort="surface__name", wrap=True, phone=True, cell=lambda row: _surface(row)),
        Column("tier", "Tier", "surface.tier", sort="surface__tier", cell=lambda row: atoms.tier(row.surface.tier)),
        Column("severity", "Severity", "get_severity_display", sort="severity"),
        Column("found_by", "Noticed first by", "get_found_by_display", sort="found_by", phone=True),
        Column("found_at", "Found", sort="found_at", cell=lambda row: atoms.time(row.found_at)),
        state_column(found_state, sort="fixed_at", phone=True),
    )

    def url(self, row: Defect) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def lead_time(row: Deployment) -> timedelta | None:
    """How long it took from its first commit until it was deployed; None where the sender does not say."""
    return row.deployed_at - row.committed_at if row.committed_at else None


def recovery(row: Deployment) -> timedelta | None:
    """How long a failed deployment went on hurting; None while it does, and for one that went well."""
    return row.restored_at - row.failed_at if row.restored_at and row.failed_at else None


def _release(row: Deployment) -> str:
    return row.version or row.commit[:12] or row.sender_key


def _named(row: Any, label: str) -> object:
    return atoms.link(row.get_absolute_url(), label, row.key)


def _surface(row: Any) -> object:
    return atoms.link(row.surface.get_absolute_url(), row.surface.name, row.surface.key)
