"""What lists of the catalogue can be filtered by, shared by pages, API and exports."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.core import clock
from governance.people import queries as people
from governance.people.models import User
from governance.policy.models import DataClass
from registry.catalog.models import CatalogState, DataRule, Endpoint, Tool, Vendor
from registry.catalog.queries import UNOWNED


def owners(request: Any) -> QuerySet[User]:
    """Return the people that the reader may filter by."""
    return people.visible_to(request.user).filter(kind=User.Kind.PERSON) if request is not None else User.objects.none()


def vendors(request: Any) -> QuerySet[Vendor]:
    """Return the vendors that the reader may filter by."""
    return Vendor.objects.visible_to(request.user) if request is not None else Vendor.objects.none()


class ItemFilters(django_filters.FilterSet):
    """What vendors, endpoints and tools share."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=CatalogState.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    unowned = django_filters.BooleanFilter(method="nobody", label="Nobody owns it")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by name or key."""
        return queryset.filter(Q(name__icontains=value) | Q(key__icontains=value))

    def nobody(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep what nobody answers for, or what somebody does."""
        return queryset.filter(UNOWNED) if value else queryset.exclude(UNOWNED)


class VendorFilters(ItemFilters):
    """Vendors."""

    review_due = django_filters.BooleanFilter(method="overdue", label="Review overdue")
    review_on = django_filters.DateFromToRangeFilter(label="Next review")

    class Meta:
        model = Vendor
        fields: list[str] = []

    def overdue(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep those whose review is overdue, or the others."""
        due = Q(review_on__lt=clock.today())
        return queryset.filter(due) if value else queryset.exclude(due)


class EndpointFilters(ItemFilters):
    """Endpoints."""

    vendor = django_filters.ModelMultipleChoiceFilter(queryset=vendors, label="Vendor")
    region = django_filters.CharFilter(lookup_expr="icontains", label="Region")
    deprecates_on = django_filters.DateFromToRangeFilter(label="Taken away on")
    ending = django_filters.BooleanFilter(method="soon", label="Taken away within 90 days")

    class Meta:
        model = Endpoint
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by name, key, model or vendor."""
        words = ("name", "key", "model", "vendor__name")
        return queryset.filter(*[Q(_connector=Q.OR, **{f"{word}__icontains": value for word in words})])

    def soon(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep those whose model the vendor takes away soon, or the others."""
        near = Q(deprecates_on__lte=clock.today() + timedelta(days=90))
        return queryset.filter(near) if value else queryset.exclude(near)


class ToolFilters(ItemFilters):
    """Tools."""

    effect = django_filters.MultipleChoiceFilter(choices=Tool.Effect.choices, label="Effect")
    vendor = django_filters.ModelMultipleChoiceFilter(queryset=vendors, label="Vendor")

    class Meta:
        model = Tool
        fields: list[str] = []


class RuleFilters(django_filters.FilterSet):
    """Data rules."""

    endpoint = django_filters.CharFilter(field_name="endpoint__key", label="Endpoint, by key")
    data_class = django_filters.CharFilter(field_name="data_class__key", label="Data class, by key")
    rule = django_filters.MultipleChoiceFilter(choices=DataRule.Rule.choices, label="Rule")

    class Meta:
        model = DataRule
        fields: list[str] = []


class MatrixFilters(django_filters.FilterSet):
    """Which endpoints and classes the matrix shows."""

    q = django_filters.CharFilter(method="search", label="Words")
    vendor = django_filters.ModelMultipleChoiceFilter(queryset=vendors, label="Vendor")
    data_class = django_filters.ModelMultipleChoiceFilter(
        queryset=lambda request: DataClass.objects.filter(is_retired=False), label="Data class", method="kept"
    )

    class Meta:
        model = Endpoint
        fields: list[str] = []

    search = EndpointFilters.search

    def kept(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Leave the rows: this filter chooses columns."""
        return queryset
