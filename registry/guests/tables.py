"""The lists of guests' access and of auditors' questions."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.guests.models import AuditQuestion, GuestAccess

TONES = {"invited": "wait", "active": "ok", "ended": "until"}


def state_of(access: GuestAccess) -> tuple[str, str]:
    """Return where an access stands as a mark and words; past its end it is over, whether or not that was noted yet."""
    if access.state != GuestAccess.State.ENDED and access.ends_at <= clock.now():
        return "until", "Ended"
    return TONES[access.state], access.get_state_display()


def is_late(question: AuditQuestion) -> bool:
    """Whether an answer is overdue."""
    return question.state == AuditQuestion.State.OPEN and question.due_on < clock.today()


def question_state(question: AuditQuestion) -> tuple[str, str]:
    """Return where a question stands as a mark and words."""
    if is_late(question):
        return "stop", "Overdue"
    return {"open": "wait", "answered": "warn", "accepted": "ok"}[question.state], question.get_state_display()


def guest_of(access: GuestAccess) -> str:
    """Return who the guest is, as far as it is known."""
    if access.person is not None:
        return access.person.name
    invitation = access.invitation
    return (invitation.name or invitation.email) if invitation else ""


class GuestFilters(django_filters.FilterSet):
    """Filters of guests' access."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=GuestAccess.State.choices, label="State")

    class Meta:
        model = GuestAccess
        fields: list[str] = []

    def search(self, queryset: QuerySet[GuestAccess], name: str, value: str) -> QuerySet[GuestAccess]:
        """Find by purpose, scope or the guest's name."""
        return queryset.filter(Q(purpose__icontains=value) | Q(scope__icontains=value) | Q(person__name__icontains=value))


class GuestTable(Table):
    """How accesses are listed."""

    default_sort = "-key"
    columns = (
        Column(
            "purpose",
            "For",
            lead=True,
            sort="purpose",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.purpose, row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("guest", "Guest", guest_of, phone=True),
        Column("scope", "Looks at", wrap=True),
        Column("things", "Surfaces", numeric=True, sort="things"),
        Column("period_from", "From", sort="period_from", cell=lambda row: atoms.time(row.period_from, "date")),
        Column("period_until", "To", sort="period_until", cell=lambda row: atoms.time(row.period_until, "date")),
        Column("ends_at", "Ends", sort="ends_at", cell=lambda row: atoms.time(row.ends_at)),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: GuestAccess) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class QuestionFilters(django_filters.FilterSet):
    """Filters of auditors' questions, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=AuditQuestion.State.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.persons(), label="Owner")
    asker = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.persons(), label="Asked by")
    overdue = django_filters.BooleanFilter(method="late", label="Overdue")

    class Meta:
        model = AuditQuestion
        fields: list[str] = []

    def search(self, queryset: QuerySet[AuditQuestion], name: str, value: str) -> QuerySet[AuditQuestion]:
        """Find by words of the question, or by what it is about."""
        return queryset.filter(Q(text__icontains=value) | Q(subject_key__iexact=value) | Q(subject_name__icontains=value))

    def late(self, queryset: QuerySet[AuditQuestion], name: str, value: bool) -> QuerySet[AuditQuestion]:
        """Keep questions whose answer is overdue, or all others."""
        passed = Q(state=AuditQuestion.State.OPEN, due_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class QuestionTable(Table):
    """How questions are listed."""

    default_sort = "-key"
    columns = (
        Column("text", "Question", str, lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), str(row), row.key)),
        Column("key", "Key", shown=False, sort="pk"),
        Column("subject", "About", lambda row: row.subject_key or row.subject_name, phone=True),
        Column("asker", "Asked by", "asker.name", sort="asker__name", cell=lambda row: atoms.person(row.asker)),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("due_on", "Due", sort="due_on", phone=True, cell=lambda row: atoms.time(row.due_on, "date")),
        state_column(question_state, sort="state", phone=True),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())
