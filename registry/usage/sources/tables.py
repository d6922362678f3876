"""The list of sources."""

import re
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.usage.models import UsageSource
from registry.usage.sources import queries

SURFACE = re.compile(r"^(?:S-)?0*(\d{1,18})$", re.I)


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen: who owns a source, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(usage_sources__isnull=False) | Q(pk=reader)).distinct()


class SourceFilters(django_filters.FilterSet):
    """What sources can be narrowed to, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=UsageSource.Kind.choices, label="Sends for")
    state = django_filters.MultipleChoiceFilter(choices=UsageSource.State.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), method="by_team", label="Team")
    surface = django_filters.CharFilter(method="by_surface", label="Surface")
    silent = django_filters.BooleanFilter(method="by_silence", label="Silent")

    class Meta:
        model = UsageSource
        fields: list[str] = []

    def search(self, queryset: QuerySet[UsageSource], name: str, value: str) -> QuerySet[UsageSource]:
        """Find by key, name, surface or notes."""
        named = queries.KEY.match(value.strip()) if value.strip()[:3].upper() == "TS-" else None
        words = Q(name__icontains=value) | Q(surface__name__icontains=value) | Q(notes__icontains=value)
        return queryset.filter(words | Q(pk=int(named.group(1))) if named else words)

    def by_team(self, queryset: QuerySet[UsageSource], name: str, value: Any) -> QuerySet[UsageSource]:
        """Keep those of teams and of their surfaces."""
        return queryset.filter(Q(team__in=value) | Q(surface__team__in=value)) if value else queryset

    def by_surface(self, queryset: QuerySet[UsageSource], name: str, value: str) -> QuerySet[UsageSource]:
        """Keep those of one surface, by its key."""
        return queryset.filter(surface=named(value))

    def by_silence(self, queryset: QuerySet[UsageSource], name: str, value: bool) -> QuerySet[UsageSource]:
        """Keep those that sent before and have fallen silent, or the others."""
        user = getattr(self.request, "user", None)
        rows = queries.silent(user).values("pk")
        return queryset.filter(pk__in=rows) if value else queryset.exclude(pk__in=rows)


class SourceTable(Table):
    """How sources are listed."""

    default_sort = "name"
    columns = (
        Column(
            "name",
            "Source",
            "name",
            lead=True,
            sort="name",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key),
        ),
        Column("reach", "Sends for", lambda row: reach(row), phone=True, cell=lambda row: reach_cell(row)),
        state_column(lambda row: state_of(row), sort="state", phone=True),
        Column("last_at", "Last heard of", "last_at", sort="last_at", phone=True, cell=lambda row: _moment(row.last_at)),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("until", "Token ends", lambda row: row.token and row.token.expires_at, cell=lambda row: _until(row)),
        Column("notes", "Notes", "notes", shown=False, wrap=True),
    )

    def url(self, row: UsageSource) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def named(key: str) -> int:
    """Return the id of a surface by its key (S-0418), 0 for what is none."""
    found = SURFACE.match(key.strip())
    return int(found.group(1)) if found else 0


def reach(source: UsageSource) -> str:
    """Say in words for what a source sends."""
    thing = source.surface or source.team
    return str(thing) if thing is not None else "Whatever its spans name"


def reach_cell(source: UsageSource) -> Any:
    """Lead to the surface or team that a source sends for."""
    thing = source.surface or source.team
    if thing is None:
        return "Whatever its spans name"
    return atoms.link(thing.get_absolute_url(), str(thing), thing.key if source.surface else "")


def state_of(source: UsageSource, last_at: datetime | None = None) -> tuple[str, str]:
    """Return where a source stands as a mark and words; `last_at` is when it was heard of last."""
    if source.state == UsageSource.State.RETIRED:
        return "wait", "Retired"
    token, now = source.token, clock.now()
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return "stop", "Its token ended"
    last_at = last_at or getattr(source, "last_at", None)
    if last_at is None:
        return "until", "Nothing came yet"
    return ("warn", "Silent") if last_at < now - queries.SILENT else ("ok", "Sends")


def _moment(at: Any) -> Any:
    return atoms.time(at) if at is not None else atoms.DASH


def _until(source: UsageSource) -> Any:
    ended = source.token is None or source.state == UsageSource.State.RETIRED
    return atoms.DASH if ended else atoms.time(source.token.expires_at)  # type: ignore[union-attr]
