"""The list of freezes."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.changes.models import FreezeWindow


def scope_of(window: FreezeWindow) -> str:
    """Say for whom a freeze is: everything, or its tiers and teams. Reads the scopes."""
    tiers = [f"T{scope.tier}" for scope in window.scopes.all() if scope.tier is not None]
    teams = [str(scope.team) for scope in window.scopes.all() if scope.team is not None]
    found = [", ".join(tiers), ", ".join(sorted(teams))]
    return " of ".join(filter(None, found)) or "Everything"


def state_of(window: FreezeWindow) -> tuple[str, str]:
    """Return whether a freeze holds, as a mark and words."""
    now = clock.now()
    if window.ended_at is not None:
        return "until", "Ended early"
    if window.ends_at <= now:
        return "until", "Over"
    return ("wait", "To come") if window.starts_at > now else ("held", "Holding")


class FreezeFilters(django_filters.FilterSet):
    """Filters of freezes, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    when = django_filters.ChoiceFilter(
        choices=(("now", "Holding now"), ("ahead", "To come"), ("over", "Over")), method="at", label="When"
    )
    tier = django_filters.ChoiceFilter(
        choices=[(str(number), f"T{number}") for number in range(5)], method="about", label="About tier"
    )

    class Meta:
        model = FreezeWindow
        fields: list[str] = []

    def search(self, queryset: QuerySet[FreezeWindow], name: str, value: str) -> QuerySet[FreezeWindow]:
        """Find by name or reason."""
        return queryset.filter(Q(name__icontains=value) | Q(reason__icontains=value))

    def at(self, queryset: QuerySet[FreezeWindow], name: str, value: str) -> QuerySet[FreezeWindow]:
        """Keep those that hold now, will hold, or are over."""
        now = clock.now()
        going = Q(ended_at__isnull=True, ends_at__gt=now)
        if value == "over":
            return queryset.exclude(going)
        return queryset.filter(going, starts_at__gt=now) if value == "ahead" else queryset.filter(going, starts_at__lte=now)

    def about(self, queryset: QuerySet[FreezeWindow], name: str, value: str) -> QuerySet[FreezeWindow]:
        """Keep those that cover a tier."""
        limited = FreezeWindow.objects.filter(scopes__tier__isnull=False).exclude(scopes__tier=int(value))
        return queryset.exclude(pk__in=limited.values("pk"))


class FreezeTable(Table):
    """How freezes are listed."""

    default_sort = "-starts_at"
    columns = (
        Column("name", "Freeze", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("starts_at", "From", sort="starts_at", cell=lambda row: atoms.time(row.starts_at)),
        Column("ends_at", "To", sort="ends_at", phone=True, cell=lambda row: atoms.time(row.ends_at)),
        Column("scope", "For", lambda row: scope_of(row)),
        Column("made_by", "Declared by", "made_by.name", cell=lambda row: atoms.person(row.made_by)),
        state_column(state_of, phone=True),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())
