"""The register as a list."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.html import format_html

from governance.core import clock
from governance.people.models import Team, User
from governance.policy import queries as policy
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.risks import queries, rules
from registry.risks.models import HIGH, Risk
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

TONES = {"severe": "stop", "high": "stop", "moderate": "warn", "low": "ok"}
STATES = {"open": "wait", "accepted": "until", "closed": "ok"}


def owners(request: Any) -> QuerySet[User]:
    """Return who can be chosen: who owns a risk, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(risks__isnull=False) | Q(pk=reader)).distinct()


def seen_surfaces(request: Any) -> QuerySet[Surface]:
    """Return the surfaces that can be chosen: those that the reader sees."""
    user = getattr(request, "user", None)
    return Surface.objects.none() if user is None else surfaces.visible_to(user)


def area_choices() -> list[tuple[str, str]]:
    """Return the areas of policy, as choices."""
    return list(rules.areas(policy.document()).items())


STEPS = [(number, str(number)) for number in range(1, 6)]


class RiskFilters(django_filters.FilterSet):
    """Filters of risks, for the register, its heat map, the API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Risk.State.choices, label="State")
    area = django_filters.MultipleChoiceFilter(choices=area_choices, label="Area")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=owners, label="Owner")
    surface = django_filters.ModelMultipleChoiceFilter(queryset=seen_surfaces, method="by_surface", label="Surface")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), method="by_team", label="Team")
    company = django_filters.BooleanFilter(field_name="surface", lookup_expr="isnull", label="Of the company")
    likelihood = django_filters.MultipleChoiceFilter(choices=STEPS, label="Likelihood")
    impact = django_filters.MultipleChoiceFilter(choices=STEPS, label="Impact")
    high = django_filters.BooleanFilter(method="by_height", label="High")
    treatment = django_filters.MultipleChoiceFilter(choices=Risk.Treatment.choices, label="Treatment")
    unowned = django_filters.BooleanFilter(method="by_unowned", label="Unowned")
    overdue = django_filters.BooleanFilter(method="by_overdue", label="Review overdue")

    class Meta:
        model = Risk
        fields: list[str] = []

    def search(self, queryset: QuerySet[Risk], name: str, value: str) -> QuerySet[Risk]:
        """Find by key, title, what is defined, or plan."""
        named = queries.KEY.match(value.strip()) if value.strip()[:1] in "Rr" else None
        words = Q(title__icontains=value) | Q(defined__icontains=value) | Q(plan__icontains=value)
        return queryset.filter(words | Q(pk=int(named.group(1))) if named else words)

    def by_surface(self, queryset: QuerySet[Risk], name: str, value: Any) -> QuerySet[Risk]:
        """Keep the risks of some surfaces, and those linked to them."""
        return queryset.filter(queries.about([each.pk for each in value])) if value else queryset

    def by_team(self, queryset: QuerySet[Risk], name: str, value: Any) -> QuerySet[Risk]:
        """Keep the risks of surfaces of some teams, and those linked to them."""
        return queryset.filter(queries.about(Surface.objects.filter(team__in=value).values("pk"))) if value else queryset

    def by_height(self, queryset: QuerySet[Risk], name: str, value: bool) -> QuerySet[Risk]:
        """Keep, or leave out, those of 10 of 25 and above."""
        return queryset.filter(score__gte=HIGH) if value else queryset.filter(score__lt=HIGH)

    def by_unowned(self, queryset: QuerySet[Risk], name: str, value: bool) -> QuerySet[Risk]:
        """Keep, or leave out, those that nobody answers for now."""
        alone = Q(state__in=queries.OPEN, owner__is_active=False)
        return queryset.filter(alone) if value else queryset.exclude(alone)

    def by_overdue(self, queryset: QuerySet[Risk], name: str, value: bool) -> QuerySet[Risk]:
        """Keep, or leave out, those that should have been looked at by now."""
        late = Q(state__in=queries.OPEN, review_on__lt=clock.today())
        return queryset.filter(late) if value else queryset.exclude(late)


def height(risk: Risk) -> Any:
    """Draw how high a risk is: its score and the word for it."""
    key, word = rules.band(risk.score)
    return atoms.state(TONES[key], f"{risk.score} {word.lower()}")


def review(risk: Risk) -> Any:
    """Draw the day of the next review; an overdue one in red words."""
    day = atoms.time(risk.review_on, "date")
    if risk.state == Risk.State.CLOSED:
        return atoms.DASH
    return atoms.state("stop", format_html("{}, overdue", day)) if rules.is_overdue(risk, clock.today()) else day


def where(risk: Risk) -> Any:
    """Draw whose risk it is: a surface's or the company's."""
    if risk.surface is None:
        return "Company"
    return atoms.link(risk.surface.get_absolute_url(), risk.surface.name, risk.surface.key)


class RiskTable(Table):
    """How risks are listed."""

    default_sort = "-score"
    columns = (
        Column(
            "title", "Risk", lead=True, sort="title", cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key)
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("score", "Score", sort="score", phone=True, cell=height),
        Column("likelihood", "Likelihood", sort="likelihood", numeric=True, shown=False),
        Column("impact", "Impact", sort="impact", numeric=True, shown=False),
        Column("area", "Area", "area_name", sort="area_name"),
        Column("surface", "Of", lambda row: row.surface.name if row.surface else "Company", wrap=True, cell=where),
        Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
        Column("treatment", "Treatment", "get_treatment_display", sort="treatment"),
        Column("review", "Next review", "review_on", sort="review_on", cell=review),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            cell=lambda row: atoms.state(STATES[row.state], row.get_state_display()),
        ),
        Column("defined", "What is defined", shown=False, wrap=True),
        Column("evidence", "What shows it", shown=False, wrap=True),
        Column("plan", "Plan", shown=False, wrap=True),
    )  # fmt: skip

    def tone(self, row: Risk) -> str:
        """Tint what is high and nobody answers for."""
        return "off" if row.state != Risk.State.CLOSED and not row.owner.is_active else ""


def area_name(key: str) -> str:
    """Return how an area is called; one that policy no longer has keeps its key."""
    return rules.areas(policy.document()).get(key, key)
