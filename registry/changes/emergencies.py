"""The list of emergencies and their reviews."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from governance.core import clock
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.changes.models import EmergencyReview


def state_of(review: EmergencyReview) -> tuple[str, str]:
    """Return where a review stands as a mark and words."""
    if review.state == EmergencyReview.State.CLOSED:
        return "ok", f"Reviewed: {review.get_outcome_display().lower()}"
    return ("stop", "Review overdue") if review.due_at <= clock.now() else ("warn", "To be reviewed")


class ReviewFilters(django_filters.FilterSet):
    """Filters of emergency reviews, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=EmergencyReview.State.choices, label="State")
    outcome = django_filters.MultipleChoiceFilter(choices=EmergencyReview.Outcome.choices, label="Outcome")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")

    class Meta:
        model = EmergencyReview
        fields: list[str] = []

    def search(self, queryset: QuerySet[EmergencyReview], name: str, value: str) -> QuerySet[EmergencyReview]:
        """Find by the change's title, its surface, what happened or what was found."""
        named = Q(change__title__icontains=value) | Q(change__surface__name__icontains=value)
        return queryset.filter(named | Q(change__incident__icontains=value) | Q(findings__icontains=value))

    def late(self, queryset: QuerySet[EmergencyReview], name: str, value: bool) -> QuerySet[EmergencyReview]:
        """Keep open reviews whose deadline has passed, or all others."""
        passed = Q(state=EmergencyReview.State.OPEN, due_at__lte=clock.now())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class ReviewTable(Table):
    """How emergencies are listed."""

    default_sort = "-due_at"
    columns = (
        Column(
            "change",
            "Change",
            "change.title",
            lead=True,
            sort="change__title",
            cell=lambda row: atoms.link(_url(row), row.change.title, row.change.key),
        ),
        Column("surface", "Surface", "change.surface.name", wrap=True),
        Column("tier", "Tier", "change.revision.tier", cell=lambda row: atoms.tier(row.change.revision.tier)),
        Column("incident", "What happened", "change.incident", wrap=True),
        Column("due_at", "Review due", sort="due_at", phone=True, cell=lambda row: _due(row)),
        Column(
            "reviewer",
            "Reviewed by",
            "reviewer.name",
            cell=lambda row: atoms.person(row.reviewer) if row.reviewer else atoms.DASH,
        ),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: EmergencyReview) -> str:
        """Return where Enter leads."""
        return _url(row)


def _url(row: EmergencyReview) -> str:
    return reverse("change", args=[row.change.key])


def _due(row: EmergencyReview) -> Any:
    shown = atoms.time(row.due_at)
    late = row.state == EmergencyReview.State.OPEN and row.due_at <= clock.now()
    return atoms.state("stop", format_html("{}, overdue", shown)) if late else shown
