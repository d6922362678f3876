"""The list of exceptions: columns and filters, for page, API and exports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.core import clock
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.exceptions import queries
from registry.exceptions.models import ControlException
from registry.exceptions.queries import left, standing

State = ControlException.State
TONES = {
    State.REQUESTED: "wait",
    State.ACTIVE: "until",
    State.EXPIRED: "warn",
    State.ENDED: "until",
    State.REJECTED: "stop",
    State.WITHDRAWN: "until",
    State.UNANSWERED: "warn",
}


def state_of(row: ControlException) -> tuple[str, str]:
    """Return the mark and the words of its state."""
    now = standing(row)
    return TONES[now], str(now.label)


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: owners, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(control_exceptions__isnull=False) | Q(pk=reader)).distinct()


class ExceptionFilters(django_filters.FilterSet):
    """Filters of exceptions."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=State.choices, method="stand", label="State")
    control = django_filters.CharFilter(method="except_from", label="Control")
    surface = django_filters.NumberFilter(field_name="covers__surface_id", label="Surface number")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    tier = django_filters.MultipleChoiceFilter(choices=[(number, f"T{number}") for number in range(5)], label="Tier")
    ends_within = django_filters.NumberFilter(method="end_within", label="Ends within days", min_value=0, max_value=400)
    relied_on = django_filters.BooleanFilter(method="rely", label="Over, and something relies on it")

    class Meta:
        model = ControlException
        fields: list[str] = []

    def search(self, queryset: QuerySet[ControlException], name: str, value: str) -> QuerySet[ControlException]:
        """Find by title, reason or measures."""
        return queryset.filter(Q(title__icontains=value) | Q(reason__icontains=value) | Q(measures__icontains=value))

    def stand(self, queryset: QuerySet[ControlException], name: str, value: list[str]) -> QuerySet[ControlException]:
        """Keep those in one of the states, as they are now."""
        if not value:
            return queryset
        over = Q(state=State.ACTIVE, ends_at__lt=clock.now())
        wanted = Q(state__in=value) & ~over
        return queryset.filter(wanted | over if State.EXPIRED in value else wanted)

    def except_from(self, queryset: QuerySet[ControlException], name: str, value: str) -> QuerySet[ControlException]:
        """Keep those that name a control. The list is short and stored as JSON, which SQLite cannot search."""
        named = [pk for pk, controls in queryset.values_list("pk", "controls") if value in controls]
        return queryset.filter(pk__in=named)

    def end_within(self, queryset: QuerySet[ControlException], name: str, value: Any) -> QuerySet[ControlException]:
        """Keep those in force that end within so many days and do not go on in another."""
        return queryset.filter(pk__in=queries.ending(int(value)).values("pk"))

    def rely(self, queryset: QuerySet[ControlException], name: str, value: bool) -> QuerySet[ControlException]:
        """Keep those that are over while something in force relies on them, or all others."""
        leaning = queries.relying().values("pk")
        return queryset.filter(pk__in=leaning) if value else queryset.exclude(pk__in=leaning)


class ExceptionTable(Table):
    """How exceptions are listed."""

    default_sort = "expires_on"
    columns = (
        Column(
            "title", "Exception", lead=True, sort="title", wrap=True, cell=lambda row: atoms.link(_url(row), row.title, row.key)
        ),
        Column(
            "controls", "Controls", lambda row: ", ".join(row.controls), cell=lambda row: atoms.chips(row.controls), shown=False
        ),
        Column("covered", "Surfaces", "covered", sort="covered", numeric=True),
        Column("tier", "Tier", "tier", sort="tier", cell=lambda row: atoms.tier(row.tier)),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("requester", "Asked by", "requester.name", sort="requester__name", shown=False),
        Column("expires_on", "Ends on", "expires_on", sort="expires_on", phone=True, cell=lambda row: atoms.time(row.expires_on)),
        Column("left", "Left", lambda row: left(row)),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: ControlException) -> str:
        """Return where Enter leads."""
        return _url(row)


def _url(row: ControlException) -> str:
    return reverse("exception", args=[row.key])
