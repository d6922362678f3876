"""How reviews and their decisions are listed: columns and filters for page, API and exports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people.models import User
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Review, ReviewDecision
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column

TONES = {"planned": "wait", "open": "wait", "held": "held", "cancelled": "until"}
DECISION_TONES = {"open": "wait", "done": "ok", "dropped": "until"}
ANSWER_TONES = {"open": "wait", "in_place": "ok", "partly": "warn", "missing": "stop"}
OUTCOME_TONES = {"keep": "ok", "conditions": "warn", "exit": "stop"}


def state_of(review: Review) -> tuple[str, str]:
    """Return where a review stands as a mark and words."""
    if review.state in Review.PENDING and review.planned_on < clock.today():
        return "stop", "Overdue" if review.state == Review.State.PLANNED else "Under way, overdue"
    return TONES[review.state], review.get_state_display()


def decision_state(decision: ReviewDecision) -> tuple[str, str]:
    """Return how far a decision is as a mark and words."""
    if decision.state == ReviewDecision.State.OPEN and decision.due_on < clock.today():
        return "stop", "Overdue"
    return DECISION_TONES[decision.state], decision.get_state_display()


def answer_state(answer: ChecklistAnswer) -> tuple[str, str]:
    """Return how an answer stands as a mark and words; one that nobody has confirmed yet says so."""
    if answer.carried:
        return "wait", f"{answer.get_standing_display()} last time"
    return ANSWER_TONES[answer.standing], answer.get_standing_display()


def leaders(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: whoever leads reviews, and the reader."""
    return User.objects.filter(Q(reviews_led__isnull=False) | Q(pk=_reader(request))).distinct()


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: owners of decisions, and the reader."""
    return User.objects.filter(Q(review_decisions__isnull=False) | Q(pk=_reader(request))).distinct()


def _reader(request: Any) -> int | None:
    return getattr(getattr(request, "user", None), "pk", None)


class ReviewFilters(django_filters.FilterSet):
    """Filters of reviews."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Review.Kind.choices, label="Kind")
    state = django_filters.MultipleChoiceFilter(choices=Review.State.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=leaders, label="Led by")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")
    about = django_filters.CharFilter(field_name="subject_id", label="Number of the reviewed thing")

    class Meta:
        model = Review
        fields: list[str] = []

    def search(self, queryset: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        """Find by what is reviewed, or by words of the notes."""
        return queryset.filter(Q(subject_label__icontains=value) | Q(notes__icontains=value))

    def late(self, queryset: QuerySet[Review], name: str, value: bool) -> QuerySet[Review]:
        """Keep reviews that were not held on their day, or all others."""
        passed = Q(state__in=Review.PENDING, planned_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class ReviewTable(Table):
    """The list of reviews."""

    default_sort = "-planned_on"
    columns = (
        Column("review", "Review", str, lead=True, sort=("kind", "planned_on"), cell=lambda row: _named(row)),
        Column("planned_on", "Day", sort="planned_on", phone=True, cell=lambda row: atoms.time(row.planned_on, "date")),
        Column("owner", "Led by", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("decisions", "Decisions", "decision_count", numeric=True, sort="decision_count"),
        Column("open", "Still to do", "open_count", numeric=True, sort="open_count"),
        Column(
            "outcome", "Outcome", "get_outcome_display", sort="outcome",
            cell=lambda row: atoms.state(OUTCOME_TONES[row.outcome], row.get_outcome_display()) if row.outcome else "–",
        ),
        Column("held_at", "Held", sort="held_at", shown=False, cell=lambda row: atoms.time(row.held_at, "date")),
        state_column(state_of, sort="state", phone=True),
    )  # fmt: skip

    def tone(self, row: Any) -> str:
        """Tint what was not held on its day."""
        return "off" if state_of(row)[0] == "stop" else ""


def _named(row: Review) -> object:
    return atoms.link(row.get_absolute_url(), row.subject_label or row.get_kind_display(), _detail(row))


def _detail(row: Review) -> str:
    return f"{row.get_kind_display()}, {row.key}" if row.subject_label else row.key


class DecisionFilters(django_filters.FilterSet):
    """Filters of decisions."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=ReviewDecision.State.choices, label="State")
    kind = django_filters.MultipleChoiceFilter(field_name="review__kind", choices=Review.Kind.choices, label="Review")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")

    class Meta:
        model = ReviewDecision
        fields: list[str] = []

    def search(self, queryset: QuerySet[ReviewDecision], name: str, value: str) -> QuerySet[ReviewDecision]:
        """Find by what was decided."""
        return queryset.filter(Q(text__icontains=value) | Q(detail__icontains=value))

    def late(self, queryset: QuerySet[ReviewDecision], name: str, value: bool) -> QuerySet[ReviewDecision]:
        """Keep decisions that are to do and whose day has passed, or all others."""
        passed = Q(state=ReviewDecision.State.OPEN, due_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class DecisionTable(Table):
    """The list of decisions."""

    default_sort = "due_on"
    columns = (
        Column(
            "text", "Decision", "text", lead=True, sort="text", wrap=True,
            cell=lambda row: atoms.link(row.get_absolute_url(), row.text, row.key),
        ),
        Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
        Column("due_on", "Due", sort="due_on", cell=lambda row: atoms.time(row.due_on, "date")),
        Column(
            "review", "Decided in", lambda row: row.review.key, sort="review__planned_on",
            cell=lambda row: atoms.link(row.review.get_absolute_url(), row.review.get_kind_display(), row.review.key),
        ),
        Column("ended_note", "What came of it", shown=False, wrap=True),
        state_column(decision_state, sort="state", phone=True),
    )  # fmt: skip

    def tone(self, row: Any) -> str:
        """Tint what is overdue."""
        return "off" if decision_state(row)[0] == "stop" else ""
