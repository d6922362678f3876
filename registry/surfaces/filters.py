"""Filters of surfaces: declared once, for the page, the API and exports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people.models import Team, User
from registry.catalog.models import Vendor
from registry.surfaces.models import Mode, Pattern, Surface, SurfaceState
from registry.surfaces.queries import KEY

TIERS = [*((str(number), f"T{number}") for number in range(5)), ("none", "No tier")]


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen: those who own a surface, and the reader, whose own view may be empty."""
    reader = request.user.pk if request is not None else None
    return User.objects.filter(Q(surfaces__isnull=False) | Q(pk=reader)).distinct()


class SurfaceFilters(django_filters.FilterSet):
    """What a list of surfaces can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Words")
    tier = django_filters.MultipleChoiceFilter(choices=TIERS, method="by_tier", label="Tier")
    state = django_filters.MultipleChoiceFilter(choices=SurfaceState.choices, label="State")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    pattern = django_filters.MultipleChoiceFilter(choices=Pattern.choices, label="Integration")
    vendor = django_filters.ModelMultipleChoiceFilter(queryset=Vendor.objects.all(), label="Vendor")
    mode = django_filters.MultipleChoiceFilter(choices=Mode.choices, label="Mode")
    unowned = django_filters.BooleanFilter(method="by_unowned", label="Unowned")
    approved = django_filters.BooleanFilter(method="by_approved", label="Approved")
    review_due = django_filters.BooleanFilter(method="by_review", label="Review overdue")
    review_before = django_filters.DateFilter(field_name="review_on", lookup_expr="lt", label="Review before")

    class Meta:
        model = Surface
        fields: list[str] = []

    def search(self, queryset: QuerySet[Surface], name: str, value: str) -> QuerySet[Surface]:
        """Find by key, name, purpose, topic, outside number or owner."""
        found = KEY.match(value.strip())
        words = Q(name__icontains=value) | Q(purpose__icontains=value) | Q(topic__icontains=value)
        words |= Q(external_id__iexact=value) | Q(owner__name__icontains=value)
        return queryset.filter(words | Q(pk=int(found.group(1)))) if found else queryset.filter(words)

    def by_tier(self, queryset: QuerySet[Surface], name: str, value: list[str]) -> QuerySet[Surface]:
        """Keep the chosen tiers, or those without one."""
        if not value:
            return queryset
        numbers = [int(each) for each in value if each != "none"]
        return queryset.filter(Q(tier__in=numbers) | (Q(tier__isnull=True) if "none" in value else Q(pk__in=())))

    def by_unowned(self, queryset: QuerySet[Surface], name: str, value: bool) -> QuerySet[Surface]:
        """Keep what nobody answers for: no owner, or one who has left."""
        nobody = (Q(owner__isnull=True) | Q(owner__is_active=False)) & ~Q(state=SurfaceState.RETIRED)
        return queryset.filter(nobody) if value else queryset.exclude(nobody)

    def by_approved(self, queryset: QuerySet[Surface], name: str, value: bool) -> QuerySet[Surface]:
        """Keep what has a revision in force, or what exists without one."""
        if value:
            return queryset.filter(in_force__isnull=False)
        return queryset.filter(in_force__isnull=True).exclude(state=SurfaceState.RETIRED)

    def by_review(self, queryset: QuerySet[Surface], name: str, value: bool) -> QuerySet[Surface]:
        """Keep what should have been reviewed by now."""
        overdue: Any = Q(review_on__lt=clock.today())
        return queryset.filter(overdue) if value else queryset.exclude(overdue)
