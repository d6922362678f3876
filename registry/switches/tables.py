"""The lists of drills, and of surfaces whose kill switch was not pulled for too long."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from governance.core import clock
from governance.people.models import Team
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.surfaces.models import Surface
from registry.switches.models import Drill

TONES = {"planned": "wait", "done": "ok", "cancelled": "until"}


def is_late(drill: Drill) -> bool:
    """Whether a planned drill's day has passed."""
    return drill.state == Drill.State.PLANNED and drill.planned_on < clock.today()


def state_of(drill: Drill) -> tuple[str, str]:
    """Return where a drill stands as a mark and words."""
    if drill.state == Drill.State.DONE:
        return ("ok", "Passed") if drill.outcome == Drill.Outcome.PASSED else ("stop", "Failed")
    if drill.is_running:
        return "warn", "Running"
    return ("stop", "Overdue") if is_late(drill) else (TONES[drill.state], drill.get_state_display())


def took(seconds: int | None) -> str:
    """Say how long a lever took: 38 s, 12 min 5 s, 3 h 20 min."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(seconds, 60)
    if minutes < 1:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


class DrillFilters(django_filters.FilterSet):
    """Filters of drills, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Drill.Kind.choices, label="Kind")
    state = django_filters.MultipleChoiceFilter(choices=Drill.State.choices, label="State")
    outcome = django_filters.MultipleChoiceFilter(choices=Drill.Outcome.choices, label="Outcome")
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")

    class Meta:
        model = Drill
        fields: list[str] = []

    def search(self, queryset: QuerySet[Drill], name: str, value: str) -> QuerySet[Drill]:
        """Find by surface, lever or note."""
        return queryset.filter(Q(surface__name__icontains=value) | Q(lever__icontains=value) | Q(note__icontains=value))

    def late(self, queryset: QuerySet[Drill], name: str, value: bool) -> QuerySet[Drill]:
        """Keep planned drills whose day has passed, or all others."""
        passed = Q(state=Drill.State.PLANNED, planned_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class DrillTable(Table):
    """How drills are listed."""

    default_sort = "-planned_on"
    columns = (
        Column(
            "surface",
            "Surface",
            "surface.name",
            lead=True,
            sort="surface__name",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.surface.name, row.key),
        ),
        Column("kind", "What", "get_kind_display", sort="kind", phone=True),
        Column("lever", "Lever", wrap=True),
        Column("planned_on", "Day", sort="planned_on", phone=True, cell=lambda row: atoms.time(row.planned_on, "date")),
        Column("seconds", "Took", sort="seconds", numeric=True, cell=lambda row: took(row.seconds)),
        Column("led_by", "Led by", "led_by.name", sort="led_by__name", cell=lambda row: atoms.person(row.led_by)),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: Drill) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class DueTable(Table):
    """How surfaces are listed whose kill switch is to be drilled."""

    default_sort = "-tier"
    columns = (
        Column("name", "Surface", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("tier", "Tier", sort="tier", phone=True, cell=lambda row: atoms.tier(row.tier)),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("last", "Last passed", "last_passed", sort="last_passed", phone=True, cell=lambda row: _last(row)),
        Column("step", "Next", lambda row: "Drill it", phone=True, cell=lambda row: atoms.link(_new(row), "Drill it")),
    )

    def url(self, row: Surface) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def _last(row: Any) -> object:
    if row.last_passed is None:
        return atoms.state("stop", "never")
    return atoms.state("stop", format_html("{}, overdue", atoms.time(row.last_passed, "date")))


def _new(row: Surface) -> str:
    return f"{reverse('drill-new')}?surface={row.key}&kind=kill_switch"
