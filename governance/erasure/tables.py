"""How requests to be erased are listed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.erasure.models import Erasure
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column

TONES = {"asked": "wait", "done": "ok", "refused": "stop", "withdrawn": "until"}


def is_late(erasure: Erasure) -> bool:
    """Whether an open request's day has passed."""
    return erasure.state == Erasure.State.ASKED and erasure.due_on < clock.today()


def state_of(erasure: Erasure) -> tuple[str, str]:
    """Return where a request stands as a mark and words."""
    return ("stop", "Overdue") if is_late(erasure) else (TONES[erasure.state], erasure.get_state_display())


class ErasureFilters(django_filters.FilterSet):
    """Filters of requests, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Erasure.State.choices, label="State")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")

    class Meta:
        model = Erasure
        fields: list[str] = []

    def search(self, queryset: QuerySet[Erasure], name: str, value: str) -> QuerySet[Erasure]:
        """Find by whom it is about, as long as that is known, or by reference."""
        known = Q(address__icontains=value) | Q(person__name__icontains=value) | Q(person__ref__iexact=value)
        return queryset.filter(known | Q(person__email__icontains=value))

    def late(self, queryset: QuerySet[Erasure], name: str, value: bool) -> QuerySet[Erasure]:
        """Keep open requests whose day has passed, or all others."""
        passed = Q(state=Erasure.State.ASKED, due_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class ErasureTable(Table):
    """The list of requests."""

    default_sort = "-asked_on"
    columns = (
        Column("whose", "Whose data", "whose", lead=True, cell=lambda row: _whose(row)),
        Column("asked_on", "Asked", sort="asked_on", cell=lambda row: atoms.time(row.asked_on, "date")),
        Column("due_on", "Due", sort="due_on", phone=True, cell=lambda row: atoms.time(row.due_on, "date")),
        Column(
            "recorded_by", "Recorded by", "recorded_by.name", sort="recorded_by__name",
            cell=lambda row: atoms.person(row.recorded_by),
        ),
        Column(
            "decided_by", "Decided by", lambda row: row.decided_by.name if row.decided_by else "", sort="decided_by__name",
            cell=lambda row: atoms.person(row.decided_by) if row.decided_by else "–",
        ),
        state_column(state_of, sort="state", phone=True),
    )  # fmt: skip

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())


def _whose(row: Erasure) -> object:
    return atoms.link(row.get_absolute_url(), row.whose, row.key)
