"""The list of spend limits."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.money import amounts, limits, queries
from registry.money.models import AtHard, Scope, SpendLimit


def owners(request: Any) -> QuerySet[User]:
    """Return the people who own a limit."""
    return User.objects.filter(pk__in=SpendLimit.objects.values("owner")).order_by("name")


class LimitFilters(django_filters.FilterSet):
    """Filters of limits, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    scope = django_filters.MultipleChoiceFilter(choices=Scope.choices, label="For")
    state = django_filters.MultipleChoiceFilter(choices=SpendLimit.State.choices, label="State")
    reached = django_filters.BooleanFilter(method="at_hard_limit", label="Hard limit reached")
    warned = django_filters.BooleanFilter(method="past_soft", label="Soft limit passed")
    at_hard = django_filters.MultipleChoiceFilter(choices=AtHard.choices, label="At the hard limit")
    team = django_filters.ModelMultipleChoiceFilter(method="of_team", queryset=Team.objects.all(), label="Team")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")

    class Meta:
        model = SpendLimit
        fields: list[str] = []

    def search(self, queryset: QuerySet[SpendLimit], name: str, value: str) -> QuerySet[SpendLimit]:
        """Find by what it holds for."""
        near = Q(surface__name__icontains=value) | Q(team__name__icontains=value) | Q(vendor__name__icontains=value)
        return queryset.filter(near | Q(feature__icontains=value) | Q(notes__icontains=value))

    def at_hard_limit(self, queryset: QuerySet[SpendLimit], name: str, value: bool) -> QuerySet[SpendLimit]:
        """Keep those whose hard limit is reached in this month, or all others."""
        now = Q(state=SpendLimit.State.ACTIVE, passed_month=queries.month())
        return queryset.filter(now) if value else queryset.exclude(now)

    def past_soft(self, queryset: QuerySet[SpendLimit], name: str, value: bool) -> QuerySet[SpendLimit]:
        """Keep those whose soft limit was seen passed in this month and not the hard one, or all others."""
        found = queries.warned(queryset)
        return found if value else queryset.exclude(pk__in=found.order_by().values("pk"))

    def of_team(self, queryset: QuerySet[SpendLimit], name: str, value: list[Team]) -> QuerySet[SpendLimit]:
        """Keep limits of teams and of their surfaces."""
        return queryset.filter(Q(team__in=value) | Q(surface__team__in=value)) if value else queryset


def standing_of(row: Any) -> limits.Standing:
    """Return how a row stands; a page of the list has worked it out for all its rows, an export has not."""
    if not hasattr(row, "standing"):
        row.standing = limits.standing(row)
    found: limits.Standing = row.standing
    return found


def state_of(limit: SpendLimit, standing: limits.Standing) -> tuple[str, str]:
    """Return where a limit stands as a mark and words."""
    if limit.state != SpendLimit.State.ACTIVE:
        return "until", limit.get_state_display()
    if standing.is_reached:
        return "stop", "Reached"
    return ("warn", "Soft limit passed") if standing.is_soft else ("ok", "Within")


class LimitTable(Table):
    """How limits are listed."""

    default_sort = "what"
    columns = (
        Column(
            "what", "For", "what", lead=True, sort=("scope", "surface__name", "team__name", "vendor__name", "feature"),
            cell=lambda row: atoms.link(row.get_absolute_url(), f"{row.what[:1].upper()}{row.what[1:]}", row.key),
        ),
        state_column(lambda row: state_of(row, standing_of(row)), phone=True),
        Column("percent", "Spent", lambda row: standing_of(row).percent, numeric=True, phone=True,
               cell=lambda row: f"{standing_of(row).percent} %"),
        Column("spent", "this month", lambda row: amounts.decimal(standing_of(row).spent), numeric=True,
               cell=lambda row: amounts.said(standing_of(row).spent, row.currency)),
        Column("soft", "Soft", sort="soft", numeric=True),
        Column("hard", "Hard", sort="hard", numeric=True),
        Column("currency", "Currency", shown=False),
        Column("at_hard", "At the hard limit", lambda row: limits.does(row), wrap=True),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
    )  # fmt: skip

    def tone(self, row: Any) -> str:
        """Tint what is reached."""
        return "off" if row.state == SpendLimit.State.ACTIVE and standing_of(row).is_reached else ""
