"""What lists of suites, runs and cases can be filtered by, shared by pages, API and exports."""

from contextlib import suppress
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from drf_spectacular.utils import extend_schema_field

from governance.people import queries as people
from governance.people.models import Team, User
from registry.evals import queries
from registry.evals.formats import NAMES
from registry.evals.models import EvalCase, EvalRun, EvalSuite, SuiteState
from registry.surfaces.queries import KEY

TIERS = [(number, f"T{number}") for number in range(5)]
UNOWNED = Q(owner__isnull=True) | Q(owner__is_active=False)


def owners(request: Any) -> QuerySet[User]:
    """Return the people that the reader may filter by."""
    return people.visible_to(request.user).filter(kind=User.Kind.PERSON) if request is not None else User.objects.none()


def suites(request: Any) -> QuerySet[EvalSuite]:
    """Return the suites that the reader may filter by."""
    return queries.visible_to(request.user) if request is not None else EvalSuite.objects.none()


class SuiteFilters(django_filters.FilterSet):
    """Suites."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=SuiteState.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    unowned = django_filters.BooleanFilter(method="nobody", label="Nobody owns it")

    class Meta:
        model = EvalSuite
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by name, key or purpose."""
        return queryset.filter(Q(name__icontains=value) | Q(key__icontains=value) | Q(purpose__icontains=value))

    def nobody(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep what nobody answers for, or what somebody does."""
        return queryset.filter(UNOWNED) if value else queryset.exclude(UNOWNED)


keyed = extend_schema_field({"type": "array", "items": {"type": "string"}})
"""Says for the API's schema that a filter takes keys; it cannot tell from the filter's name."""


class RunFilters(django_filters.FilterSet):
    """Runs."""

    q = django_filters.CharFilter(method="search", label="Words")
    suite = keyed(
        django_filters.ModelMultipleChoiceFilter(field_name="suite__key", to_field_name="key", queryset=suites, label="Suite")
    )
    status = django_filters.MultipleChoiceFilter(choices=EvalRun.Status.choices, label="Ended")
    format = django_filters.MultipleChoiceFilter(choices=[*NAMES.items()], label="Format")
    surface = django_filters.CharFilter(method="of_surface", label="Surface, by key")
    group = django_filters.CharFilter(label="Group of repeated runs")
    commit = django_filters.CharFilter(lookup_expr="istartswith", label="Commit")
    started_at = django_filters.DateFromToRangeFilter(label="Ran")
    ran_after = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="gte", label="Ran from")
    ran_before = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="lt", label="Ran before")
    repeated = django_filters.BooleanFilter(method="by_repeated", label="Repeated with nothing changed")
    team = django_filters.ModelMultipleChoiceFilter(field_name="surface__team", queryset=Team.objects.all(), label="Team")
    tier = django_filters.MultipleChoiceFilter(field_name="surface__tier", choices=TIERS, label="Tier")

    class Meta:
        model = EvalRun
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by key, suite, surface or commit."""
        number = queries.RUN_KEY.match(value)
        near = Q(suite__name__icontains=value) | Q(surface__name__icontains=value) | Q(commit__istartswith=value)
        return queryset.filter(near | Q(pk=int(number.group(1))) if number else near)

    def by_repeated(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep runs that have a twin among those asked for: same surface, suite version, prompts and models; or all others."""
        twins = EvalRun.objects.filter(
            surface=OuterRef("surface"),
            suite_version=OuterRef("suite_version"),
            binding=OuterRef("binding"),
            status=EvalRun.Status.FINISHED,
            pass_rate__isnull=False,
        ).exclude(pk=OuterRef("pk"))
        for given, lookup in (("ran_after", "started_at__gte"), ("ran_before", "started_at__lt")):
            with suppress(ValidationError):  # said by the filter of that name itself
                if given in self.filters and (moment := self.filters[given].field.clean(self.data.get(given))):
                    twins = twins.filter(**{lookup: moment})
        found = Q(status=EvalRun.Status.FINISHED, pass_rate__isnull=False) & Q(Exists(twins))
        return queryset.filter(found) if value else queryset.exclude(found)

    def of_surface(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the runs of one surface, by its key."""
        found = KEY.match(value.strip())
        return queryset.filter(surface=int(found.group(1))) if found else queryset.none()


class CaseFilters(django_filters.FilterSet):
    """Cases of a run."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Words")
    outcome = django_filters.MultipleChoiceFilter(choices=EvalCase.Outcome.choices, label="Outcome")

    class Meta:
        model = EvalCase
        fields: list[str] = []
