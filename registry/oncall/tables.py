"""How rotas, paths, routes and overrides are listed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team
from governance.policy.models import IncidentCategory
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.oncall import rules
from registry.oncall.models import EscalationPath, Rota, Route


def state_of(row: Rota | EscalationPath) -> tuple[str, str]:
    """Return where a rota or path stands as a mark and words."""
    return ("ok", "In use") if row.state == "active" else ("until", "Retired")


class NamedFilters(django_filters.FilterSet):
    """What lists of rotas and of paths share."""

    q = django_filters.CharFilter(method="search", label="Words")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by name or key."""
        return queryset.filter(Q(name__icontains=value) | Q(key__icontains=value))


class RotaFilters(NamedFilters):
    """Filters of rotas, for page, API and exports."""

    state = django_filters.MultipleChoiceFilter(choices=Rota.State.choices, label="State")

    class Meta:
        model = Rota
        fields: list[str] = []


class PathFilters(NamedFilters):
    """Filters of paths, for page, API and exports."""

    state = django_filters.MultipleChoiceFilter(choices=EscalationPath.State.choices, label="State")

    class Meta:
        model = EscalationPath
        fields: list[str] = []


class RouteFilters(django_filters.FilterSet):
    """Filters of routes, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    path = django_filters.ModelMultipleChoiceFilter(queryset=EscalationPath.objects.all(), label="Path")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")
    tier = django_filters.MultipleChoiceFilter(choices=[(number, f"T{number}") for number in range(5)], label="Tier")
    category = django_filters.ModelMultipleChoiceFilter(
        queryset=IncidentCategory.objects.all(), to_field_name="key", method="of_category", label="Kind of incident"
    )

    class Meta:
        model = Route
        fields: list[str] = []

    def search(self, queryset: QuerySet[Route], name: str, value: str) -> QuerySet[Route]:
        """Find by path, team or surface."""
        said = Q(path__name__icontains=value) | Q(team__name__icontains=value) | Q(surface__name__icontains=value)
        return queryset.filter(said | Q(category__icontains=value))

    def of_category(self, queryset: QuerySet[Route], name: str, value: Any) -> QuerySet[Route]:
        """Keep the routes of some kinds of incident."""
        return queryset.filter(category__in=[each.key for each in value]) if value else queryset


class RotaTable(Table):
    """How rotas are listed; `now` is who is on call, put there by the page."""

    default_sort = "name"
    columns = (
        Column("name", "Rota", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("now", "On call now", lambda row: str(row.now or ""), phone=True, cell=lambda row: _now(row)),
        Column("team", "Team", "team.name", sort="team__name"),
        Column("time_zone", "Time zone", sort="time_zone"),
        Column("state", "State", "get_state_display", sort="state", cell=lambda row: atoms.state(*state_of(row))),
    )


class PathTable(Table):
    """How escalation paths are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Path", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("steps", "Steps", lambda row: said(row), phone=True, wrap=True),
        Column("team", "Team", lambda row: row.team.name if row.team else "", sort="team__name"),
        Column("repeat", "Begins anew", sort="repeat", numeric=True),
        Column("state", "State", "get_state_display", sort="state", cell=lambda row: atoms.state(*state_of(row))),
    )


class RouteTable(Table):
    """How routes are listed, in the order in which they were added; the fallback is the first."""

    default_sort = ""
    columns = (
        Column("answers", "Answers", lambda row: answers(row), lead=True, cell=lambda row: _answers(row)),
        Column("path", "Leads to", "path.name", sort="path__name", phone=True, cell=lambda row: _path(row)),
        Column("category", "Kind of incident", sort="category", shown=False),
        Column("tier", "Tier", sort="tier", cell=lambda row: atoms.tier(row.tier) if row.tier is not None else atoms.DASH),
        Column("team", "Team", lambda row: row.team.name if row.team else "", sort="team__name", shown=False),
    )


def answers(route: Route) -> str:
    """Say what a route answers: Data exposure, tier 3; the fallback answers everything else."""
    named = [
        route.surface.name if route.surface else "",
        route.team.name if route.team else "",
        route.category.replace("_", " ").capitalize(),
        "" if route.tier is None else f"tier {route.tier}",
    ]
    said = ", ".join(filter(None, named)) or "everything else"
    return said[0].upper() + said[1:]


def said(path: EscalationPath) -> str:
    """Say the steps of a path in one line: Claims on call, then after 10 min Engineering."""
    told: dict[int, list[str]] = {}
    for step in path.steps.all():
        told.setdefault(step.number, []).append(str(step.target))
    waits = rules.wait_of(path.steps.all())
    parts = [" and ".join(names) for names in told.values()]
    return "".join(
        part if not place else f", after {waits[number]} min {part}"
        for place, (number, part) in enumerate(zip([0, *told][: len(parts)], parts, strict=True))
    )


def _now(row: Any) -> object:
    return atoms.person(row.now) if row.now is not None else atoms.state("warn", "nobody")


def _answers(row: Route) -> object:
    return atoms.link(row.get_absolute_url(), answers(row), row.key)


def _path(row: Route) -> object:
    return atoms.link(row.path.get_absolute_url(), row.path.name)
