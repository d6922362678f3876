"""The list of mapping sessions, and the lines of one."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.mapping.models import MappingLine, MappingSession

TONES = {"planned": "wait", "running": "held", "closed": "ok"}
OUTCOMES = {"open": "warn", "drafted": "wait", "known": "ok", "registered": "ok", "left": "until"}


class SessionFilters(django_filters.FilterSet):
    """Filters of sessions, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=MappingSession.State.choices, label="State")

    class Meta:
        model = MappingSession
        fields: list[str] = []

    def search(self, queryset: QuerySet[MappingSession], name: str, value: str) -> QuerySet[MappingSession]:
        """Find by name or notes."""
        return queryset.filter(Q(name__icontains=value) | Q(notes__icontains=value))


class LineFilters(django_filters.FilterSet):
    """Filters of lines, for the API."""

    outcome = django_filters.MultipleChoiceFilter(choices=MappingLine.Outcome.choices, label="Outcome")
    origin = django_filters.MultipleChoiceFilter(choices=MappingLine.Origin.choices, label="From")
    team = django_filters.CharFilter(field_name="team__key", label="Team")

    class Meta:
        model = MappingLine
        fields: list[str] = []


class SessionTable(Table):
    """How sessions are listed."""

    default_sort = "-created_at"
    columns = (
        Column("name", "Session", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column(
            "facilitator", "Led by", "facilitator.name", sort="facilitator__name", cell=lambda row: atoms.person(row.facilitator)
        ),
        Column("planned_at", "When", sort="planned_at", cell=lambda row: atoms.time(row.started_at or row.planned_at)),
        Column("teams", "Teams done", lambda row: f"{row.done_count} of {row.team_count}"),
        Column("lines", "Lines", "line_count", numeric=True, sort="line_count"),
        Column("open", "Still open", "open_count", numeric=True, sort="open_count", phone=True),
        state_column(lambda row: (TONES[row.state], row.get_state_display()), sort="state", phone=True),
        Column("created_at", "Planned on", sort="created_at", shown=False, cell=lambda row: atoms.time(row.created_at)),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())
