"""The lists of continuity plans, of vendors without one, and of drills."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from governance.core import clock
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.catalog.models import Vendor
from registry.continuity.models import ContinuityPlan, VendorDrill


def is_overdue(plan: ContinuityPlan) -> bool:
    """Whether the next drill of a plan in use is overdue."""
    return plan.state == ContinuityPlan.State.ACTIVE and plan.next_drill_on < clock.today()


def due(plan: ContinuityPlan) -> Any:
    """Draw the day of a plan's next drill; an overdue one in red words."""
    shown = atoms.time(plan.next_drill_on, "date")
    return atoms.state("stop", format_html("{}, overdue", shown)) if is_overdue(plan) else shown


def plan_state(plan: ContinuityPlan) -> tuple[str, str]:
    """Return where a plan stands as a mark and words."""
    if plan.state == ContinuityPlan.State.RETIRED:
        return "until", "Retired"
    return ("stop", "Drill overdue") if is_overdue(plan) else ("ok", "In use")


def drill_state(drill: VendorDrill) -> tuple[str, str]:
    """Return where a drill stands as a mark and words."""
    if drill.state == VendorDrill.State.DONE:
        return ("ok", "Passed") if drill.outcome == VendorDrill.Outcome.PASSED else ("stop", "Failed")
    if drill.state == VendorDrill.State.PLANNED:
        return ("stop", "Overdue") if drill.planned_on < clock.today() else ("wait", "Planned")
    return "until", "Called off"


class PlanFilters(django_filters.FilterSet):
    """What plans can be narrowed to, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.filter(is_active=True), label="Owner")
    state = django_filters.MultipleChoiceFilter(choices=ContinuityPlan.State.choices, label="State")
    overdue = django_filters.BooleanFilter(method="late", label="Drill overdue")

    class Meta:
        model = ContinuityPlan
        fields: list[str] = []

    def search(self, queryset: QuerySet[ContinuityPlan], name: str, value: str) -> QuerySet[ContinuityPlan]:
        """Find by vendor, endpoint or what takes over."""
        named = Q(vendor__name__icontains=value) | Q(endpoint__name__icontains=value)
        return queryset.filter(named | Q(fallback__icontains=value))

    def late(self, queryset: QuerySet[ContinuityPlan], name: str, value: bool) -> QuerySet[ContinuityPlan]:
        """Keep plans in use whose drill is overdue, or all others."""
        passed = Q(state=ContinuityPlan.State.ACTIVE, next_drill_on__lt=clock.today())
        return queryset.filter(passed) if value else queryset.exclude(passed)


class PlanTable(Table):
    """How plans are listed."""

    default_sort = "next_drill_on"
    columns = (
        Column("thing", "Without", "thing.name", lead=True, cell=lambda row: _link(row, row.thing.name)),
        Column("kind", "Kind", lambda row: "Vendor" if row.vendor_id else "Endpoint"),
        Column("fallback", "What takes over", "fallback", wrap=True),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("next_drill_on", "Next drill", "next_drill_on", sort="next_drill_on", phone=True, cell=due),
        Column("every", "Every", lambda row: f"{row.drill_every_days} days", shown=False),
        state_column(plan_state, sort="state", phone=True),
    )  # fmt: skip

    def url(self, row: ContinuityPlan) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class UncoveredTable(Table):
    """How vendors without a plan are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Vendor", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column(
            "step", "Next", lambda row: "Write the plan", phone=True, cell=lambda row: atoms.link(_add(row), "Write the plan")
        ),
    )

    def url(self, row: Vendor) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class DrillFilters(django_filters.FilterSet):
    """What drills can be narrowed to, for the API."""

    plan = django_filters.NumberFilter(field_name="plan_id", label="Plan number", min_value=1, max_value=2**53)
    state = django_filters.MultipleChoiceFilter(choices=VendorDrill.State.choices, label="State")
    outcome = django_filters.MultipleChoiceFilter(choices=VendorDrill.Outcome.choices, label="Outcome")

    class Meta:
        model = VendorDrill
        fields: list[str] = []


def _link(row: ContinuityPlan, label: str) -> Any:
    return atoms.link(row.get_absolute_url(), label, row.key)


def _add(row: Vendor) -> str:
    return reverse("continuity-add", args=["vendor", row.key])
