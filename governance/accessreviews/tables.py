"""How reviews and their lines are listed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from governance.accessreviews import sources
from governance.accessreviews.models import AccessDecision, AccessLine, AccessReview
from governance.core import clock
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column

TONES = {"open": "wait", "closed": "held", "cancelled": "until"}
VERDICTS = {"confirmed": "ok", "revoked": "stop", "gone": "until"}
UNDECIDED = "undecided"
REVOKED = "revoked"


def state_of(review: AccessReview) -> tuple[str, str]:
    """Return where a review stands as a mark and words."""
    if review.state == AccessReview.State.OPEN and review.due_on < clock.today():
        return "stop", "Overdue"
    return TONES[review.state], review.get_state_display()


def verdict_of(line: Any) -> tuple[str, str]:
    """Return what was decided of a line as a mark and words."""
    if line.verdict is None:
        return "wait", "To decide"
    return VERDICTS[line.verdict], AccessDecision.Verdict(line.verdict).label


class ReviewFilters(django_filters.FilterSet):
    """Filters of reviews, for page, API and exports."""

    state = django_filters.MultipleChoiceFilter(choices=AccessReview.State.choices, label="State")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")

    class Meta:
        model = AccessReview
        fields: list[str] = []

    def late(self, queryset: QuerySet[AccessReview], name: str, value: bool) -> QuerySet[AccessReview]:
        """Keep open reviews whose day has passed, or all others."""
        passed = Q(state=AccessReview.State.OPEN, due_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class ReviewTable(Table):
    """The list of reviews."""

    default_sort = "-opened_on"
    columns = (
        Column("opened_on", "Review", str, lead=True, sort="opened_on", cell=lambda row: _named(row)),
        Column("lines", "Lines", "line_count", numeric=True, phone=True),
        Column("due_on", "Due", sort="due_on", cell=lambda row: atoms.time(row.due_on, "date")),
        Column("reviewer", "Reviewer", "reviewer.name", sort="reviewer__name", cell=lambda row: atoms.person(row.reviewer)),
        Column("closed_at", "Closed", sort="closed_at", cell=lambda row: atoms.time(row.closed_at, "date")),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())


def _named(row: AccessReview) -> object:
    return atoms.link(row.get_absolute_url(), str(row), row.key)


class LineFilters(django_filters.FilterSet):
    """Filters of lines, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    review = django_filters.NumberFilter(field_name="review_id", label="Review number")
    source = django_filters.MultipleChoiceFilter(choices=lambda: list(sources.labels().items()), label="Kind of access")
    verdict = django_filters.MultipleChoiceFilter(
        choices=[(UNDECIDED, "To decide"), *AccessDecision.Verdict.choices], method="decided", label="Decided"
    )
    open = django_filters.BooleanFilter(method="of_open", label="Of the open review")

    class Meta:
        model = AccessLine
        fields: list[str] = []

    def search(self, queryset: QuerySet[AccessLine], name: str, value: str) -> QuerySet[AccessLine]:
        """Find by person or by what it is."""
        return queryset.filter(Q(what__icontains=value) | Q(person__name__icontains=value) | Q(person__ref__iexact=value))

    def decided(self, queryset: QuerySet[AccessLine], name: str, value: list[str]) -> QuerySet[AccessLine]:
        """Keep lines that came to one of these verdicts, or to none yet."""
        wanted = Q(verdict__in=[each for each in value if each != UNDECIDED])
        return queryset.filter(wanted | Q(verdict__isnull=True) if UNDECIDED in value else wanted) if value else queryset

    def of_open(self, queryset: QuerySet[AccessLine], name: str, value: bool) -> QuerySet[AccessLine]:
        """Keep the lines of the open review, or those of all others."""
        still = Q(review__state=AccessReview.State.OPEN)
        return queryset.filter(still) if value else queryset.exclude(still)


class LineTable(Table):
    """The list of lines."""

    default_sort = "person"
    columns = (
        Column("what", "Access", lead=True, sort="what", cell=lambda row: _what(row)),
        Column(
            "person", "Who", lambda row: row.person.name if row.person else "", sort="person__name", phone=True,
            cell=lambda row: atoms.person(row.person) if row.person else "–",
        ),
        Column("source", "Kind", lambda row: sources.labels().get(row.source, row.source), sort="source"),
        Column("used_on", "Last used", sort="used_on", cell=lambda row: atoms.time(row.used_on, "date")),
        Column("until", "Ends", sort="until", cell=lambda row: atoms.time(row.until, "date")),
        Column("review", "Review", "review.key", shown=False, sort="review_id"),
        Column("reason", "Why", shown=False, wrap=True),
        Column(
            "verdict", "Decided", lambda row: verdict_of(row)[1], sort="verdict", phone=True, cell=lambda row: _verdict(row)
        ),
    )  # fmt: skip

    def url(self, row: Any) -> str:
        """Return where Enter leads: to what grants it."""
        return str(row.url or row.review.get_absolute_url())


def _what(row: AccessLine) -> object:
    return atoms.link(row.url, row.what) if row.url else row.what


def _verdict(row: Any) -> object:
    shown = atoms.state(*verdict_of(row))
    if row.review.state != AccessReview.State.OPEN:
        return shown
    place = [row.review.key, row.pk]
    ways = [("access-line-confirm", "Confirm")] if row.verdict is None else []
    ways += [("access-line-revoke", "Revoke")] if row.verdict != REVOKED else []
    links = format_html_join("", " · {}", ((atoms.link(reverse(name, args=place), label),) for name, label in ways))
    return format_html("{}{}", shown, links)
