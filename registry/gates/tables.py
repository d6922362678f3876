"""The list of gate checks."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.people.models import Team
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.gates import queries
from registry.gates.models import GateCheck


def state_of(check: GateCheck) -> tuple[str, str]:
    """Return the mark and the words of an answer."""
    return ("ok", "Passed") if check.passed else ("stop", "Failed")


def why(check: GateCheck) -> str:
    """Return the first reason, and how many more there are."""
    if not check.reasons:
        return ""
    more = len(check.reasons) - 1
    return str(check.reasons[0]["text"]) + (f" And {more} more." if more else "")


class GateFilters(django_filters.FilterSet):
    """Filters of gate checks, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    passed = django_filters.BooleanFilter(label="Passed")
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")
    tier = django_filters.MultipleChoiceFilter(
        field_name="revision__tier", choices=[(number, f"T{number}") for number in range(5)], label="Tier"
    )
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    while_in_force = django_filters.BooleanFilter(label="Of a revision in force")
    holds = django_filters.BooleanFilter(method="hold", label="Holds a revision back")

    class Meta:
        model = GateCheck
        fields: list[str] = []

    def search(self, queryset: QuerySet[GateCheck], name: str, value: str) -> QuerySet[GateCheck]:
        """Find by surface, commit or repository."""
        return queryset.filter(Q(surface__name__icontains=value) | Q(commit__icontains=value) | Q(repository__icontains=value))

    def hold(self, queryset: QuerySet[GateCheck], name: str, value: bool) -> QuerySet[GateCheck]:
        """Keep the answers that hold a proposed revision back now, or all others."""
        held = queries.holding().values("pk")
        return queryset.filter(pk__in=held) if value else queryset.exclude(pk__in=held)


class GateTable(Table):
    """How gate checks are listed."""

    default_sort = "-at"
    columns = (
        Column("key", "Check", "key", lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), row.key)),
        Column("surface", "Surface", "surface.name", sort="surface__name", wrap=True, cell=lambda row: _surface(row)),
        Column("revision", "Revision", lambda row: row.revision.number if row.revision else None, numeric=True),
        Column("why", "Why", why, wrap=True),
        Column("commit", "Commit", lambda row: row.commit[:12]),
        Column("repository", "Repository", "repository", shown=False),
        Column("actor", "Asked by", "actor.name", sort="actor__name", cell=lambda row: atoms.person(row.actor), shown=False),
        Column("at", "Asked", "at", sort="pk", cell=lambda row: atoms.time(row.at)),
        state_column(state_of, label="Answer", sort="passed", phone=True),
    )

    def url(self, row: GateCheck) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def _surface(row: GateCheck) -> Any:
    return atoms.link(reverse("surface", args=[row.surface.key]), row.surface.name, row.surface.key)
