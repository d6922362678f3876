"""The list of sealed answers."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.board.models import BoardAnswer
from registry.board.queries import KEY
from registry.board.question import STOPS
from registry.board.words import said_days


def people(request: Any) -> QuerySet[User]:
    """Return whom the reader may know of."""
    return User.objects.visible_to(request.user) if request is not None else User.objects.none()


class AnswerFilters(django_filters.FilterSet):
    """Filters of sealed answers, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    asked_by = django_filters.ModelMultipleChoiceFilter(queryset=people, label="Asked by")
    gaps = django_filters.BooleanFilter(method="with_gaps", label="With gaps")

    class Meta:
        model = BoardAnswer
        fields: list[str] = []

    def search(self, queryset: QuerySet[BoardAnswer], name: str, value: str) -> QuerySet[BoardAnswer]:
        """Find by what was asked, by key, or by digest."""
        named = KEY.match(value)
        found = Q(words__icontains=value) | Q(digest__startswith=value.lower())
        return queryset.filter(found | Q(pk=int(named.group(1))) if named else found)

    def with_gaps(self, queryset: QuerySet[BoardAnswer], name: str, value: bool) -> QuerySet[BoardAnswer]:
        """Keep answers with calls that had no approval, or all others."""
        return queryset.filter(not_approved__gt=0) if value else queryset.filter(not_approved=0)


def asked(row: BoardAnswer) -> str:
    """Return what was asked, as it was typed or as it was read."""
    return row.words or said_days(row.start, row.end)


class AnswerTable(Table):
    """How sealed answers are listed."""

    default_sort = "-asked_at"
    columns = (
        Column("key", "Answer", "key", lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), asked(row), row.key)),
        Column("days", "Days", lambda row: said_days(row.start, row.end), sort="start"),
        Column("calls", "Calls", numeric=True, sort="calls"),
        Column("not_approved", "Not approved", numeric=True, sort="not_approved", phone=True, cell=lambda row: _gaps(row)),
        Column("asked_by", "Asked by", "asked_by.name", sort="asked_by__name", cell=lambda row: atoms.person(row.asked_by)),
        Column("asked_at", "Sealed", sort="asked_at", phone=True, cell=lambda row: atoms.time(row.asked_at)),
        Column("head_seq", "Ledger", numeric=True, shown=False),
        Column("digest", "SHA-256", shown=False, cell=lambda row: atoms.hash_code(row.digest)),
    )

    def url(self, row: BoardAnswer) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def _gaps(row: BoardAnswer) -> object:
    if row.question["asks"] == STOPS:
        return "–"
    return atoms.state("stop", f"{row.not_approved:,}") if row.not_approved else atoms.state("ok", "none")
