"""How legal holds are listed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.retention import rules
from governance.retention.models import MATTERS, LegalHold
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column

WORDS = {"people": ("person", "people"), "surfaces": ("surface", "surfaces"), "incidents": ("incident", "incidents"),
         "kinds": ("kind of record", "kinds of record")}  # fmt: skip


def state_of(hold: LegalHold) -> tuple[str, str]:
    """Return where a hold stands as a mark and words."""
    if hold.state == LegalHold.State.RELEASED:
        return "until", "Released"
    return ("held", "Holds") if rules.holds_on(hold, clock.today()) else ("until", "Over")


def covers(hold: LegalHold) -> str:
    """Say how much a hold names."""
    counts = [(name, len(getattr(hold, name))) for name in MATTERS]
    return ", ".join(f"{count} {WORDS[name][count != 1]}" for name, count in counts if count)


class HoldFilters(django_filters.FilterSet):
    """Filters of holds, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=LegalHold.State.choices, label="State")
    holds = django_filters.BooleanFilter(method="now", label="Holds today")

    class Meta:
        model = LegalHold
        fields: list[str] = []

    def search(self, queryset: QuerySet[LegalHold], name: str, value: str) -> QuerySet[LegalHold]:
        """Find by what it is for, or why."""
        return queryset.filter(Q(name__icontains=value) | Q(reason__icontains=value))

    def now(self, queryset: QuerySet[LegalHold], name: str, value: bool) -> QuerySet[LegalHold]:
        """Keep what holds today, or all others."""
        holds = Q(state=LegalHold.State.ACTIVE) & (Q(until__isnull=True) | Q(until__gte=clock.today()))
        return queryset.filter(holds) if value else queryset.exclude(holds)


class HoldTable(Table):
    """The list of holds."""

    default_sort = "-created_at"
    columns = (
        Column("name", "Legal hold", lead=True, sort="name", cell=lambda row: _name(row)),
        Column("covers", "Holds", covers, phone=True),
        Column("until", "Last day", sort="until", cell=lambda row: atoms.time(row.until, "date") if row.until else "–"),
        Column("owner", "Placed by", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("created_at", "Placed", sort="created_at", cell=lambda row: atoms.time(row.created_at, "date")),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())


def _name(row: LegalHold) -> object:
    return atoms.link(row.get_absolute_url(), row.name, row.key)
