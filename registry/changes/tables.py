"""The list of changes."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.changes import outcome
from registry.changes.latency import BUCKETS, that_took
from registry.changes.models import Change

TONES = {
    "proposed": "wait",
    "approved": "ok",
    "in_force": "held",
    "superseded": "until",
    "rejected": "stop",
    "withdrawn": "until",
    "expired": "warn",
    "voided": "warn",
}


def people(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: whoever asked, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(changes__isnull=False) | Q(pk=reader)).distinct()


class ChangeFilters(django_filters.FilterSet):
    """Filters of changes, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Change.State.choices, label="State")
    tier = django_filters.MultipleChoiceFilter(
        field_name="revision__tier", choices=[(n, f"T{n}") for n in range(5)], label="Tier"
    )
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    requester = django_filters.ModelMultipleChoiceFilter(queryset=people, label="Asked by")
    is_rollback = django_filters.BooleanFilter(label="Rollback")
    is_emergency = django_filters.BooleanFilter(label="Emergency")
    lane = django_filters.CharFilter(field_name="request__lane", label="Lane")
    took = django_filters.ChoiceFilter(choices=[each[:2] for each in BUCKETS], method="waited", label="Decided after")
    decided_by = django_filters.CharFilter(method="waited", label="Decided by position")
    decided_since = django_filters.IsoDateTimeFilter(method="waited", label="Decided since")
    decided_before = django_filters.IsoDateTimeFilter(field_name="request__settled_at", lookup_expr="lt", label="Decided before")
    in_force_after = django_filters.IsoDateTimeFilter(field_name="in_force_at", lookup_expr="gte", label="In force from")
    in_force_before = django_filters.IsoDateTimeFilter(field_name="in_force_at", lookup_expr="lt", label="In force before")
    failed = django_filters.BooleanFilter(method="by_failed", label="Was taken back")
    done_well = django_filters.BooleanFilter(method="by_done_well", label="Done well")

    class Meta:
        model = Change
        fields: list[str] = []

    def search(self, queryset: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        """Find by title, surface or reason."""
        return queryset.filter(Q(title__icontains=value) | Q(surface__name__icontains=value) | Q(why__icontains=value))

    def by_failed(self, queryset: QuerySet[Change], name: str, value: bool) -> QuerySet[Change]:
        """Keep what was rolled back or replaced in an emergency, or all others."""
        return outcome.failed(queryset, value)

    def by_done_well(self, queryset: QuerySet[Change], name: str, value: bool) -> QuerySet[Change]:
        """Keep what came into force with nothing waived and was not taken back, or all others."""
        return outcome.done_well(queryset, value)

    def waited(self, queryset: QuerySet[Change], name: str, value: Any) -> QuerySet[Change]:
        """Keep the changes behind a figure of review latency; the three filters of it are read together."""
        told = {name: value} | {each: self.data.get(each) for each in ("took", "decided_by") if each != name and self.data}
        since = value if name == "decided_since" else _moment(self.data.get("decided_since") if self.data else None)
        took = told.get("took") or ""
        known = took if took in {each[0] for each in BUCKETS} else ""
        return that_took(queryset, known, told.get("decided_by") or "", since)


def _moment(text: str | None) -> datetime | None:
    """Read a moment of the address; a wrong one is refused by its own filter."""
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        return None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


class ChangeTable(Table):
    """How changes are listed."""

    default_sort = "-asked"
    columns = (
        Column("title", "Change", lead=True, sort="title", cell=lambda row: atoms.link(_url(row), row.title, row.key)),
        Column("surface", "Surface", "surface.name", sort="surface__name", wrap=True, phone=True, cell=lambda row: _surface(row)),
        Column("tier", "Tier", "revision.tier", sort="revision__tier", cell=lambda row: atoms.tier(row.revision.tier)),
        Column("revision", "Revision", "revision.number", numeric=True, cell=lambda row: f"r{row.revision.number}"),
        Column("kinds", "Kinds", lambda row: ", ".join(row.kinds), cell=lambda row: atoms.chips(row.kinds), shown=False),
        Column(
            "requester",
            "Asked by",
            "requester.name",
            sort="requester__name",
            cell=lambda row: atoms.person(row.requester),
        ),
        Column("asked", "Asked", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at)),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(TONES[row.state], row.get_state_display()),
        ),
    )

    def url(self, row: Change) -> str:
        """Return where Enter leads."""
        return _url(row)


def _url(row: Change) -> str:
    return reverse("change", args=[row.key])


def _surface(row: Change) -> object:
    return atoms.link(reverse("surface", args=[row.surface.key]), row.surface.name, row.surface.key)
