"""The list of incidents: columns and filters, for page, API and exports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table
from incidents.cases import queries as cases
from incidents.cases.models import BURNING, OPEN, Incident, IncidentState, IncidentSurface
from incidents.cases.repeating import repeats
from incidents.cases.rules import HARM, RADIUS
from incidents.running import queries, words
from registry.catalog.models import Vendor
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

TIERS = [(number, f"T{number}") for number in range(5)]


def seen_surfaces(request: Any) -> QuerySet[Surface]:
    """Return the surfaces that can be chosen: those that the reader sees."""
    user = getattr(request, "user", None)
    return Surface.objects.none() if user is None else surfaces.visible_to(user)


def seen_vendors(request: Any) -> QuerySet[Vendor]:
    """Return the vendors that can be chosen: those that the reader sees."""
    user = getattr(request, "user", None)
    found: QuerySet[Vendor] = Vendor.objects.none() if user is None else Vendor.objects.visible_to(user)
    return found


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen: who answers for an incident, and the reader."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(pk__in=Incident.objects.order_by().values("owner")) | Q(pk=reader))


class IncidentFilters(django_filters.FilterSet):
    """Filters of incidents."""

    q = django_filters.CharFilter(method="search", label="Words")
    open = django_filters.BooleanFilter(method="by_open", label="Open")
    burning = django_filters.BooleanFilter(method="by_burning", label="Burning")
    severity = django_filters.MultipleChoiceFilter(choices=lambda: list(queries.severities().items()), label="Severity")
    state = django_filters.MultipleChoiceFilter(choices=IncidentState.choices, label="State")
    category = django_filters.MultipleChoiceFilter(choices=lambda: list(queries.categories(retired=True).items()), label="Kind")
    tier = django_filters.MultipleChoiceFilter(choices=TIERS, label="Tier")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    surface = django_filters.ModelMultipleChoiceFilter(queryset=seen_surfaces, method="by_surface", label="Surface")
    vendor = django_filters.ModelMultipleChoiceFilter(queryset=seen_vendors, label="Vendor")
    near_miss = django_filters.BooleanFilter(label="Near miss")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    mine = django_filters.BooleanFilter(method="by_mine", label="With a part of mine")
    cause = django_filters.CharFilter(label="Cause")
    source = django_filters.MultipleChoiceFilter(choices=Incident.Source.choices, label="Came in by")
    user_harm = django_filters.MultipleChoiceFilter(choices=[(step, word) for step, (word, _) in HARM.items()], label="User harm")
    blast_radius = django_filters.MultipleChoiceFilter(
        choices=[(step, word) for step, (word, _) in RADIUS.items()], label="Blast radius"
    )
    postmortem = django_filters.BooleanFilter(field_name="postmortem_demanded", label="Needs a postmortem")
    untaken = django_filters.BooleanFilter(field_name="acknowledged_at", lookup_expr="isnull", label="Nobody has taken it")
    unowned = django_filters.BooleanFilter(method="by_unowned", label="Unowned")
    repeats = django_filters.BooleanFilter(method="by_repeats", label="Came back within 90 days")
    reported_after = django_filters.IsoDateTimeFilter(field_name="reported_at", lookup_expr="gte", label="Reported from")
    reported_before = django_filters.IsoDateTimeFilter(field_name="reported_at", lookup_expr="lt", label="Reported before")

    class Meta:
        model = Incident
        fields: list[str] = []

    def search(self, queryset: QuerySet[Incident], name: str, value: str) -> QuerySet[Incident]:
        """Find by key, title, or what happened."""
        named = cases.KEY.match(value.strip())
        said = Q(title__icontains=value) | Q(what__icontains=value) | Q(summary__icontains=value)
        return queryset.filter(said | Q(pk=int(named.group(1))) if named else said)

    def by_open(self, queryset: QuerySet[Incident], name: str, value: bool) -> QuerySet[Incident]:
        """Keep those that are not closed, or the closed."""
        return queryset.filter(state__in=OPEN) if value else queryset.exclude(state__in=OPEN)

    def by_burning(self, queryset: QuerySet[Incident], name: str, value: bool) -> QuerySet[Incident]:
        """Keep those in which something is still wrong, near misses apart, or all others."""
        burns = Q(state__in=BURNING, near_miss=False)
        return queryset.filter(burns) if value else queryset.exclude(burns)

    def by_surface(self, queryset: QuerySet[Incident], name: str, value: Any) -> QuerySet[Incident]:
        """Keep the incidents that touch some surfaces, as the primary one or a further one."""
        if not value:
            return queryset
        further = IncidentSurface.objects.filter(surface__in=value).values("incident")
        return queryset.filter(Q(surface__in=value) | Q(pk__in=further))

    def by_mine(self, queryset: QuerySet[Incident], name: str, value: bool) -> QuerySet[Incident]:
        """Keep those in which the reader has a part, or which they reported; or all others."""
        user = self.request.user
        mine = Q(reporter=user)
        for relation in cases.PEOPLE:
            mine |= Q(**{relation: user})
        return queryset.filter(mine) if value else queryset.exclude(mine)

    def by_repeats(self, queryset: QuerySet[Incident], name: str, value: bool) -> QuerySet[Incident]:
        """Keep those of a kind that their surface had within the 90 days before, as far as the reader sees, or the others."""
        seen = repeats(cases.visible_to(self.request.user)).values("pk") if self.request else []
        return queryset.filter(pk__in=seen) if value else queryset.exclude(pk__in=seen)

    def by_unowned(self, queryset: QuerySet[Incident], name: str, value: bool) -> QuerySet[Incident]:
        """Keep the open ones for which nobody active answers, or all others."""
        nobody = (Q(owner__isnull=True) | Q(owner__is_active=False)) & Q(state__in=OPEN)
        return queryset.filter(nobody) if value else queryset.exclude(nobody)


def where(row: Incident) -> Any:
    """Draw the surface, or that none is known."""
    if row.surface is None:
        return atoms.DASH
    return atoms.link(row.surface.get_absolute_url(), row.surface.name, row.surface.key)


class IncidentTable(Table):
    """How incidents are listed."""

    default_sort = "-key"
    columns = (
        Column(
            "title",
            "Incident",
            lead=True,
            sort="title",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("severity", "Severity", sort="severity", phone=True, cell=words.severity),
        Column("state", "State", "get_state_display", sort="state", phone=True, cell=words.state),
        Column("category", "Kind", "category_name", sort="category_name"),
        Column("surface", "Surface", lambda row: row.surface.name if row.surface else "", sort="surface__name", cell=where),
        Column("tier", "Tier", sort="tier", cell=lambda row: atoms.tier(row.tier) if row.tier is not None else atoms.DASH),
        Column("near_miss", "Near miss", lambda row: "yes" if row.near_miss else "", shown=False, sort="near_miss"),
        Column("vendor", "Vendor", lambda row: row.vendor.name if row.vendor else "", shown=False, sort="vendor__name"),
        Column("people_estimated", "People", numeric=True, shown=False, sort="people_estimated"),
        Column("user_harm", "User harm", numeric=True, shown=False, sort="user_harm"),
        Column("blast_radius", "Blast radius", numeric=True, shown=False, sort="blast_radius"),
        Column("owner", "Owner", lambda row: str(row.owner or ""), sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("reported_at", "Reported", sort="reported_at", phone=True, cell=lambda row: atoms.time(row.reported_at)),
        Column("mitigated_at", "Mitigated", shown=False, sort="mitigated_at", cell=lambda row: atoms.time(row.mitigated_at)),
        Column("resolved_at", "Resolved", shown=False, sort="resolved_at", cell=lambda row: atoms.time(row.resolved_at)),
        Column("source", "Came in by", "get_source_display", shown=False, sort="source"),
    )

    def tone(self, row: Incident) -> str:
        """Tint what is still wrong and nobody took."""
        return "off" if row.is_burning and row.acknowledged_at is None and not row.near_miss else ""
