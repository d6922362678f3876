"""The list of objectives: columns and filters, for page, API and exports."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.budgets import charts, queries, reading
from registry.budgets.models import BudgetHold, BurnAlert, Objective, Source


def owners(request: Any) -> QuerySet[User]:
    """Return who owns an objective."""
    return User.objects.filter(objectives__isnull=False).distinct().order_by("name")


class ObjectiveFilters(django_filters.FilterSet):
    """Filters of objectives, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    held = django_filters.BooleanFilter(method="is_held", label="Spent")
    burning = django_filters.BooleanFilter(method="is_burning", label="Used up fast")
    source = django_filters.MultipleChoiceFilter(choices=Source.choices, label="Counted from")
    state = django_filters.MultipleChoiceFilter(choices=Objective.State.choices, label="State")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")

    class Meta:
        model = Objective
        fields: list[str] = []

    def search(self, queryset: QuerySet[Objective], name: str, value: str) -> QuerySet[Objective]:
        """Find by objective, surface or what counts as bad."""
        return queryset.filter(Q(name__icontains=value) | Q(surface__name__icontains=value) | Q(bad_means__icontains=value))

    def is_held(self, queryset: QuerySet[Objective], name: str, value: bool) -> QuerySet[Objective]:
        """Keep those whose budget is spent, or all others."""
        found = Exists(BudgetHold.objects.filter(objective=OuterRef("pk"), closed_at__isnull=True))
        return queryset.filter(found) if value else queryset.exclude(found)

    def is_burning(self, queryset: QuerySet[Objective], name: str, value: bool) -> QuerySet[Objective]:
        """Keep those whose budget is used up too fast, or all others."""
        found = Exists(BurnAlert.objects.filter(objective=OuterRef("pk"), ended_at__isnull=True))
        return queryset.filter(found) if value else queryset.exclude(found)


def _standing(row: Any) -> queries.Standing:
    """How a row stands; a page of the list has worked it out for all its rows, an export has not."""
    if not hasattr(row, "standing"):
        row.standing = queries.standing(row)
    found: queries.Standing = row.standing
    return found


class ObjectiveTable(Table):
    """How objectives are listed."""

    default_sort = "name"
    columns = (
        Column(
            "name",
            "Objective",
            lead=True,
            sort="name",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key),
        ),
        Column(
            "left",
            "Budget",
            lambda row: reading.state_of(row, _standing(row))[1],
            phone=True,
            cell=lambda row: atoms.state(*reading.state_of(row, _standing(row))),
        ),
        Column(
            "curve",
            "Curve",
            lambda row: charts.percent(1 - _standing(row).spent),
            cell=lambda row: charts.spark(row.standing, row.days),
        ),
        Column(
            "surface",
            "Surface",
            "surface.name",
            sort="surface__name",
            phone=True,
            cell=lambda row: atoms.link(row.surface.get_absolute_url(), row.surface.name, row.surface.key),
        ),
        Column("asks", "Asks for", reading.asks_for, sort="-target", wrap=True),
        Column("source", "Counted from", "get_source_display", sort="source", shown=False),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("state", "State", "get_state_display", sort="state", shown=False),
    )

    def url(self, row: Objective) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()

    def tone(self, row: Any) -> str:
        """Tint what is spent."""
        return "off" if row.state == Objective.State.ACTIVE and _standing(row).is_spent else ""
