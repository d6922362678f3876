"""Filters of control results: declared once, for the page, the API and exports."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people.models import Team
from governance.ui.filters import HeldValues
from registry.controls.models import RED, ByItself, ControlResult, Status
from registry.surfaces.filters import owners
from registry.surfaces.models import SurfaceState
from registry.surfaces.queries import KEY

TIERS = [(str(number), f"T{number}") for number in range(5)]


class ResultFilters(django_filters.FilterSet):
    """What a list of results can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Words")
    status = django_filters.MultipleChoiceFilter(choices=Status.choices, label="Status")
    tier = django_filters.MultipleChoiceFilter(field_name="surface__tier", choices=TIERS, label="Tier")
    control = HeldValues(field_name="control", label="Control")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    owner = django_filters.ModelMultipleChoiceFilter(field_name="surface__owner", queryset=owners, label="Owner")
    state = django_filters.MultipleChoiceFilter(field_name="surface__state", choices=SurfaceState.choices, label="Surface")
    surface = django_filters.CharFilter(method="by_surface", label="Surface key")
    blocking = django_filters.BooleanFilter(field_name="blocking", label="Blocks")
    red = django_filters.BooleanFilter(method="by_red", label="Red")
    expires_within = django_filters.NumberFilter(method="by_expiry", label="Expires within days")

    class Meta:
        model = ControlResult
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by control, surface or reason."""
        found = KEY.match(value.strip())
        words = Q(title__icontains=value) | Q(surface__name__icontains=value) | Q(why__icontains=value)
        return queryset.filter(words | Q(surface=int(found.group(1)))) if found else queryset.filter(words)

    def by_surface(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one surface, by its key."""
        found = KEY.match(value.strip())
        return queryset.filter(surface=int(found.group(1))) if found else queryset.none()

    def by_red(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep what is not met or expired, or what is not."""
        return queryset.filter(status__in=RED) if value else queryset.exclude(status__in=RED)

    def by_expiry(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep what time alone turns within so many days."""
        days = min(max(int(value), 0), 3650)
        return queryset.filter(expires_at__gt=clock.now(), expires_at__lte=clock.now() + timedelta(days=days))


class ByItselfFilters(django_filters.FilterSet):
    """What the list of evidence by itself can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=ByItself.Kind.choices, label="Kind")
    control = HeldValues(field_name="control", label="Control")
    tier = django_filters.MultipleChoiceFilter(field_name="surface__tier", choices=TIERS, label="Tier")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    surface = django_filters.CharFilter(method="by_surface", label="Surface key")

    class Meta:
        model = ByItself
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by what it shows, the record's key, or the surface."""
        found = KEY.match(value.strip())
        words = Q(label__icontains=value) | Q(record_key__iexact=value.strip()) | Q(surface__name__icontains=value)
        return queryset.filter(words | Q(surface=int(found.group(1)))) if found else queryset.filter(words)

    def by_surface(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one surface, by its key."""
        found = KEY.match(value.strip())
        return queryset.filter(surface=int(found.group(1))) if found else queryset.none()
