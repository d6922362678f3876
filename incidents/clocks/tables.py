"""The list of clocks: columns and filters, for page, API and exports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.core import clock as time
from governance.ui import atoms
from governance.ui.tables import Column, Table
from incidents.cases import queries as cases
from incidents.clocks import queries, reading, rules
from incidents.clocks.models import Clock

STATES = (
    ("running", "Running"),
    ("overdue", "Overdue"),
    ("soon", "Due soon"),
    ("paused", "Paused"),
    ("missed", "Missed, running or not"),
    ("stopped", "Stopped"),
    ("all", "All"),
)


class ClockFilters(django_filters.FilterSet):
    """Filters of clocks. Without a state only those that run are kept."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.ChoiceFilter(choices=STATES, method="by_state", label="State")
    kind = django_filters.CharFilter(label="Kind")
    flagged = django_filters.BooleanFilter(field_name="flagged_by", lookup_expr="isnull", exclude=True, label="Law and contract")
    incident = django_filters.CharFilter(method="of_incident", label="Incident")
    severity = django_filters.CharFilter(field_name="incident__severity", label="Severity")
    mine = django_filters.BooleanFilter(method="by_mine", label="Of my incidents")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt", label="Due before")

    class Meta:
        model = Clock
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Clock]) -> QuerySet[Clock]:
        """Keep what runs where no state is asked for."""
        found: QuerySet[Clock] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(stopped_at__isnull=True)

    def search(self, queryset: QuerySet[Clock], name: str, value: str) -> QuerySet[Clock]:
        """Find by the incident's title or key, or by what the clock is called."""
        key = cases.KEY.match(value.strip())
        said = Q(incident__title__icontains=value) | Q(name__icontains=value)
        return queryset.filter(said | Q(incident=int(key.group(1))) if key else said)

    def by_state(self, queryset: QuerySet[Clock], name: str, value: str) -> QuerySet[Clock]:
        """Keep those that stand so now."""
        now, runs = time.now(), Q(stopped_at__isnull=True)
        wanted = {
            "running": runs,
            "overdue": runs & Q(paused_at__isnull=True, due_at__lte=now),
            "soon": runs & Q(paused_at__isnull=True, warn_at__lte=now, due_at__gt=now),
            "paused": runs & Q(paused_at__isnull=False),
            "missed": Q(breached_at__isnull=False) | (runs & Q(paused_at__isnull=True, due_at__lte=now)),
            "stopped": ~runs,
        }
        return queryset.filter(wanted[value]) if value in wanted else queryset

    def of_incident(self, queryset: QuerySet[Clock], name: str, value: str) -> QuerySet[Clock]:
        """Keep those of one incident, by its key."""
        key = cases.KEY.match(value.strip())
        return queryset.filter(incident=int(key.group(1))) if key else queryset.none()

    def by_mine(self, queryset: QuerySet[Clock], name: str, value: bool) -> QuerySet[Clock]:
        """Keep those of incidents that the reader answers for or has a part in, or the others."""
        own = queries.mine(self.request.user).values("pk") if self.request else []
        return queryset.filter(pk__in=own) if value else queryset.exclude(pk__in=own)


def _incident(row: Clock) -> Any:
    return atoms.link(row.get_absolute_url(), row.incident.title, row.incident.key)


def _when(row: Clock) -> str:
    return timezone.localtime(row.due_at).isoformat(timespec="minutes")


class ClockTable(Table):
    """How clocks are listed."""

    default_sort = "due"
    columns = (
        Column("incident", "Incident", "incident.title", lead=True, sort="incident__title", wrap=True, cell=_incident),
        Column("name", "Clock", "name", sort="name", phone=True),
        Column(
            "standing",
            "Stands",
            lambda row: reading.standing(row)[1],
            phone=True,
            cell=lambda row: atoms.state(*reading.standing(row)),
        ),
        Column("due", "Due", _when, sort="due_at", cell=lambda row: atoms.time(row.due_at)),
        Column("severity", "Severity", "incident.severity", sort="incident__severity"),
        Column("tier", "Tier", "incident.tier", sort="incident__tier", cell=lambda row: _tier(row)),
        Column("owner", "Owner", "incident.owner.name", cell=lambda row: atoms.person(row.incident.owner)),
        Column("flagged_by", "Flagged by", "flagged_by.name", shown=False),
        Column("started", "Since", "started_at", sort="started_at", shown=False, cell=lambda row: atoms.time(row.started_at)),
    )

    def name(self, row: Clock) -> str:
        """Return how screen readers name the row."""
        return f"{row.name}, {row.incident.title}"

    def tone(self, row: Clock) -> str:
        """Tint what is over its time."""
        return "off" if row.is_running and rules.missed(row, time.now()) else ""


def _tier(row: Clock) -> Any:
    return atoms.tier(row.incident.tier) if row.incident.tier is not None else atoms.DASH
