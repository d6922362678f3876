"""Findings as a list: columns and filters, for page, REST and exports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team, User
from governance.policy import queries as policy
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.catalog.models import Endpoint
from registry.findings import queries
from registry.findings.models import Finding, FindingKind
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

STATES = {"snoozed": "wait", "accepted": "ok", "dismissed": "until"}
GRAVE = ("SEV1", "SEV2")


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen: who owns a finding, and the reader."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(findings__isnull=False) | Q(pk=reader)).distinct()


def seen_surfaces(request: Any) -> QuerySet[Surface]:
    """Return the surfaces that can be chosen: those that the reader sees."""
    user = getattr(request, "user", None)
    return Surface.objects.none() if user is None else surfaces.visible_to(user)


def severity_of(finding: Finding) -> str:
    """Return how grave policy says that its kind is."""
    return policy.usage_rules().finding(finding.kind).severity


def state_of(finding: Finding) -> tuple[str, str]:
    """Return where a finding stands as a mark and words; an open grave one is red."""
    if finding.state == Finding.State.OPEN:
        return ("stop" if severity_of(finding) in GRAVE else "warn"), "Open"
    return STATES[finding.state], finding.get_state_display()


def calls_of(finding: Finding) -> int:
    """Return how often it was seen."""
    return finding.tally.calls if hasattr(finding, "tally") else 0


class FindingFilters(django_filters.FilterSet):
    """Filters of findings."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Finding.State.choices, label="State")
    kind = django_filters.MultipleChoiceFilter(choices=FindingKind.choices, label="Kind")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    surface = django_filters.ModelMultipleChoiceFilter(queryset=seen_surfaces, label="Surface")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    tier = django_filters.MultipleChoiceFilter(
        field_name="surface__tier", choices=[(number, f"T{number}") for number in range(5)], label="Tier"
    )
    endpoint = django_filters.ModelMultipleChoiceFilter(queryset=Endpoint.objects.all(), label="Endpoint")
    resolution = django_filters.MultipleChoiceFilter(choices=Finding.Resolution.choices[1:], label="Settled by")
    unowned = django_filters.BooleanFilter(method="by_unowned", label="Unowned")
    seen_since = django_filters.IsoDateTimeFilter(field_name="tally__last_at", lookup_expr="gte", label="Seen since")
    opened_after = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte", label="Opened from")
    opened_before = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt", label="Opened before")

    class Meta:
        model = Finding
        fields: list[str] = []

    def search(self, queryset: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        """Find by key, what was found, or surface."""
        named = queries.KEY.match(value.strip()) if value.strip()[:1] in "Ff" else None
        words = Q(title__icontains=value) | Q(surface__name__icontains=value) | Q(endpoint__name__icontains=value)
        return queryset.filter(words | Q(pk=int(named.group(1))) if named else words)

    def by_unowned(self, queryset: QuerySet[Finding], name: str, value: bool) -> QuerySet[Finding]:
        """Keep findings that nobody active answers for, or all others."""
        nobody = Q(owner__isnull=True) | Q(owner__is_active=False)
        return queryset.filter(nobody) if value else queryset.exclude(nobody)


class FindingTable(Table):
    """How findings are listed."""

    default_sort = "-last_at"
    columns = (
        Column(
            "title",
            "Finding",
            lead=True,
            wrap=True,
            sort="title",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("kind", "Kind", "get_kind_display", sort="kind"),
        Column("severity", "Severity", severity_of),
        Column("surface", "Surface", lambda row: row.surface.name if row.surface else "", sort="surface__name", shown=False),
        Column("endpoint", "Endpoint", lambda row: str(row.endpoint or ""), sort="endpoint__name", shown=False),
        Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
        Column("calls", "Calls", calls_of, numeric=True, sort="tally__calls"),
        Column(
            "first_at", "First seen", "tally.first_at", sort="tally__first_at", cell=lambda row: atoms.time(row.tally.first_at)
        ),
        Column(
            "last_at",
            "Last seen",
            "tally.last_at",
            sort="tally__last_at",
            phone=True,
            cell=lambda row: atoms.time(row.tally.last_at),
        ),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: Finding) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()
