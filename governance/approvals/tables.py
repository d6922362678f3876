"""The list of approval requests."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.approvals.models import ApprovalRequest
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table

TONES = {"open": "wait", "approved": "ok", "rejected": "stop", "withdrawn": "until", "expired": "warn", "voided": "warn"}


def people(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: whoever asked, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(requests__isnull=False) | Q(pk=reader)).distinct()


class RequestFilters(django_filters.FilterSet):
    """Filters of approval requests, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=ApprovalRequest.State.choices, label="State")
    kind = django_filters.CharFilter(field_name="subject_kind", label="Kind")
    subject = django_filters.CharFilter(field_name="subject_key", lookup_expr="iexact", label="Subject")
    tier = django_filters.MultipleChoiceFilter(choices=[(n, f"T{n}") for n in range(5)], label="Tier")
    requester = django_filters.ModelMultipleChoiceFilter(queryset=people, label="Asked by")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt", label="Due before")

    class Meta:
        model = ApprovalRequest
        fields: list[str] = []

    def search(self, queryset: QuerySet[ApprovalRequest], name: str, value: str) -> QuerySet[ApprovalRequest]:
        """Find by title or by the subject's key."""
        return queryset.filter(Q(title__icontains=value) | Q(subject_key__istartswith=value))


class RequestTable(Table):
    """How requests are listed."""

    default_sort = "-asked"
    columns = (
        Column("title", "Asked for", lead=True, sort="title", cell=lambda row: atoms.link(_url(row), row.title, row.key)),
        Column("subject_key", "Subject", sort="subject_key"),
        Column("tier", "Tier", sort="tier", cell=lambda row: atoms.tier(row.tier) if row.tier is not None else atoms.DASH),
        Column(
            "requester",
            "Asked by",
            "requester.name",
            sort="requester__name",
            cell=lambda row: atoms.person(row.requester),
        ),
        Column("asked", "Asked", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at)),
        Column("due", "Due", "due_at", sort="due_at", phone=True, cell=lambda row: atoms.time(row.due_at)),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(TONES[row.state], row.get_state_display()),
        ),
    )

    def url(self, row: ApprovalRequest) -> str:
        """Return where Enter leads."""
        return _url(row)


def _url(row: ApprovalRequest) -> str:
    return reverse("approval", args=[row.key])
