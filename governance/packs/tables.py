"""The list of audit packs."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.packs.models import Pack
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column

TONES = {"asked": "wait", "ready": "held", "failed": "stop", "discarded": "until"}


def askers(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: whoever asked for packs, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(packs__isnull=False) | Q(pk=reader)).distinct()


class PackFilters(django_filters.FilterSet):
    """Filters of packs, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    scope = django_filters.MultipleChoiceFilter(choices=Pack.Scope.choices, label="About")
    edition = django_filters.MultipleChoiceFilter(choices=Pack.Edition.choices, label="Edition")
    state = django_filters.MultipleChoiceFilter(choices=Pack.State.choices, label="State")
    asked_by = django_filters.ModelMultipleChoiceFilter(queryset=askers, label="Asked for by")
    covers = django_filters.DateFilter(method="covering", label="Covers the day")

    class Meta:
        model = Pack
        fields: list[str] = []

    def search(self, queryset: QuerySet[Pack], name: str, value: str) -> QuerySet[Pack]:
        """Find by title, or by the beginning of a hash."""
        beginning = value.strip().lower()
        found = Q(title__icontains=value)
        for column in ("manifest_digest", "zip_digest", "pdf_digest", "root"):
            found |= Q(**{f"{column}__startswith": beginning})
        return queryset.filter(found)

    def covering(self, queryset: QuerySet[Pack], name: str, value: Any) -> QuerySet[Pack]:
        """Keep packs whose period holds a day."""
        return queryset.filter(starts_on__lte=value, ends_on__gte=value)


def state_of(pack: Pack) -> tuple[str, str]:
    """Return where a pack stands as a mark and words."""
    return TONES[pack.state], pack.get_state_display()


def period(pack: Pack) -> str:
    """Say a pack's period: 1 July to 30 September 2026."""
    first = f"{pack.starts_on:%-d %B}" if pack.starts_on.year == pack.ends_on.year else f"{pack.starts_on:%-d %B %Y}"
    return f"{first} to {pack.ends_on:%-d %B %Y}"


class PackTable(Table):
    """How packs are listed."""

    default_sort = "-asked"
    columns = (
        Column(
            "title",
            "Audit pack",
            lead=True,
            sort="title",
            wrap=True,
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column("scope", "About", "get_scope_display", sort="scope"),
        Column("period", "Period", period, sort="starts_on", phone=True),
        Column("edition", "Edition", "get_edition_display", sort="edition"),
        Column("asked_by", "Asked for by", "asked_by.name", sort="asked_by__name", cell=lambda row: atoms.person(row.asked_by)),
        Column("asked", "Asked for", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at)),
        Column("pages", "Pages", sort="pages", numeric=True),
        Column("zip_digest", "ZIP", shown=False, cell=lambda row: atoms.hash_code(row.zip_digest) if row.zip_digest else "–"),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: Pack) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()

    def name(self, row: Pack) -> str:
        """Return how screen readers name the row."""
        return row.title
