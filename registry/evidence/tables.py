"""The list of evidence."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people.models import User
from governance.policy import queries as policy
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.evidence import controls, queries, rules
from registry.evidence.models import Evidence
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

SAID = {
    "current": ("ok", "Current"),
    "expiring": ("warn", "Ends soon"),
    "expired": ("stop", "Expired"),
    "renewed": ("until", "Followed by another"),
    "withdrawn": ("stop", "Withdrawn"),
}


def collectors(request: Any) -> QuerySet[User]:
    """Return who can be chosen: who collected something, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(evidence__isnull=False) | Q(pk=reader)).distinct()


def seen_surfaces(request: Any) -> QuerySet[Surface]:
    """Return the surfaces that can be chosen: those that the reader sees and that use evidence."""
    user = getattr(request, "user", None)
    if user is None:
        return Surface.objects.none()
    return surfaces.visible_to(user).filter(evidence_uses__isnull=False).distinct()


def served() -> list[tuple[str, str]]:
    """Return what evidence can serve, as choices."""
    return list(controls.names(policy.document()).items())


class EvidenceFilters(django_filters.FilterSet):
    """Filters of evidence, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Evidence.Kind.choices, label="Kind")
    state = django_filters.MultipleChoiceFilter(choices=Evidence.State.choices, label="State")
    control = django_filters.ChoiceFilter(choices=served, method="by_control", label="Control")
    surface = django_filters.ModelMultipleChoiceFilter(queryset=seen_surfaces, method="by_surface", label="Surface")
    collector = django_filters.ModelMultipleChoiceFilter(queryset=collectors, label="Collector")
    expiring = django_filters.BooleanFilter(method="by_expiring", label="Ends within 30 days")
    ends_within = django_filters.NumberFilter(method="by_end", label="Ends within days", min_value=0, max_value=400)
    expired = django_filters.BooleanFilter(method="by_expired", label="Expired")
    unused = django_filters.BooleanFilter(method="by_use", label="Serves nothing")

    class Meta:
        model = Evidence
        fields: list[str] = []

    def search(self, queryset: QuerySet[Evidence], name: str, value: str) -> QuerySet[Evidence]:
        """Find by key, title, file, link, record or hash."""
        return queries.search(queryset, value)

    def by_control(self, queryset: QuerySet[Evidence], name: str, value: str) -> QuerySet[Evidence]:
        """Keep what serves a control."""
        return queryset.filter(uses__control=value).distinct()

    def by_surface(self, queryset: QuerySet[Evidence], name: str, value: Any) -> QuerySet[Evidence]:
        """Keep what serves one of some surfaces."""
        return queryset.filter(uses__surface__in=value).distinct() if value else queryset

    def by_expiring(self, queryset: QuerySet[Evidence], name: str, value: bool) -> QuerySet[Evidence]:
        """Keep, or leave out, what ends within 30 days."""
        found = queries.expiring(Evidence.objects.all(), clock.today()).values("pk")
        return queryset.filter(pk__in=found) if value else queryset.exclude(pk__in=found)

    def by_end(self, queryset: QuerySet[Evidence], name: str, value: Any) -> QuerySet[Evidence]:
        """Keep what stops counting within so many days."""
        found = queries.expiring(Evidence.objects.all(), clock.today(), timedelta(days=int(value))).values("pk")
        return queryset.filter(pk__in=found)

    def by_expired(self, queryset: QuerySet[Evidence], name: str, value: bool) -> QuerySet[Evidence]:
        """Keep, or leave out, what no longer counts."""
        found = queries.expired(Evidence.objects.all(), clock.today()).values("pk")
        return queryset.filter(pk__in=found) if value else queryset.exclude(pk__in=found)

    def by_use(self, queryset: QuerySet[Evidence], name: str, value: bool) -> QuerySet[Evidence]:
        """Keep, or leave out, what serves nothing."""
        return queryset.filter(uses__isnull=value).distinct()


def standing(row: Any) -> str:
    """Return where a row stands today, by the first day on which it ends."""
    return rules.standing(row, clock.today(), row.ends_on)


def tells(row: Any) -> tuple[str, str]:
    """Return the mark and words of where evidence stands."""
    return SAID[standing(row)]


def ends(row: Any) -> Any:
    """Draw the day on which it ends."""
    if row.ends_on is None:
        return atoms.DASH
    return atoms.time(row.ends_on, "date")


class EvidenceTable(Table):
    """How evidence is listed."""

    default_sort = "-collected"
    columns = (
        Column(
            "title",
            "Evidence",
            lead=True,
            sort="title",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("kind", "Kind", "get_kind_display", sort="kind"),
        state_column(tells, phone=True),
        Column("ends", "Good until", "ends_on", sort="ends_on", phone=True, cell=ends),
        Column("used", "Surfaces", "surfaces_used", sort="surfaces_used", numeric=True),
        Column("collector", "Collector", "collector.name", sort="collector__name", cell=lambda row: atoms.person(row.collector)),
        Column(
            "collected",
            "Collected",
            "collected_on",
            sort="collected_on",
            cell=lambda row: atoms.time(row.collected_on, "date"),
        ),
        Column("digest", "Hash", shown=False, cell=lambda row: atoms.hash_code(row.digest, "SHA-256")),
        Column("file_name", "File", shown=False, sort="file_name"),
        Column("url", "Link", shown=False, wrap=True),
        Column("record", "Record", "record_label", shown=False, wrap=True),
        Column("note", "Note", shown=False, wrap=True),
    )

    def tone(self, row: Any) -> str:
        """Tint what is used and counts no more."""
        return "off" if row.surfaces_used and standing(row) in {"expired", "withdrawn"} else ""
