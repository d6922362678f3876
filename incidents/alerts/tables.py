"""The list of alerts: who was called for what, and how soon somebody answered."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.ui import atoms
from governance.ui.tables import Column, Table
from incidents.alerts.models import Alert
from incidents.alerts.panel import state_of
from registry.oncall.models import EscalationPath


def answered_after(alert: Alert) -> timedelta | None:
    """Return how long it took until somebody answered, or None."""
    return alert.acknowledged_at - alert.created_at if alert.acknowledged_at else None


def spoken(span: timedelta | None) -> str:
    """Write a span in its two largest units: 40 s, 6 min, 2 h 5 min."""
    if span is None:
        return "–"
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    if not minutes:
        return f"{seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min"


class AlertFilters(django_filters.FilterSet):
    """Filters of alerts, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Alert.State.choices, label="State")
    path = django_filters.ModelMultipleChoiceFilter(queryset=EscalationPath.objects.all(), to_field_name="key", label="Path")

    class Meta:
        model = Alert
        fields: list[str] = []

    def search(self, queryset: QuerySet[Alert], name: str, value: str) -> QuerySet[Alert]:
        """Find by the incident's title or the path."""
        return queryset.filter(Q(incident__title__icontains=value) | Q(path__name__icontains=value))


class AlertTable(Table):
    """How alerts are listed."""

    default_sort = "-called"
    columns = (
        Column(
            "incident",
            "Incident",
            "incident.title",
            lead=True,
            sort="incident__title",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.incident.title, row.incident.key),
        ),
        Column("severity", "Severity", "incident.severity", sort="incident__severity"),
        Column("called", "Called", "created_at", sort="created_at", phone=True, cell=lambda row: atoms.time(row.created_at)),
        Column("path", "Path", "path.name", sort="path__name"),
        Column("step", "Step", sort="step", numeric=True, cell=lambda row: row.step),
        Column("by", "Answered by", "acknowledged_by.name", cell=lambda row: _by(row)),
        Column("after", "After", lambda row: spoken(answered_after(row)), numeric=True),
        Column("state", "State", "get_state_display", sort="state", phone=True, cell=lambda row: atoms.state(*state_of(row))),
    )

    def url(self, row: Alert) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def _by(row: Alert) -> Any:
    return atoms.person(row.acknowledged_by) if row.acknowledged_by else atoms.DASH
