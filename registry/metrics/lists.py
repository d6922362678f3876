"""The list behind eval coverage: surfaces that were live on a tier that demands evals, and when each was tested last."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from governance.core import clock
from governance.people.models import Team
from governance.ui import atoms
from governance.ui.pages import Empty, ListPage, View
from governance.ui.tables import Column, Table, state_column
from registry.metrics.evalstanding import demanding
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


class CoverageFilters(django_filters.FilterSet):
    """Filters of the surfaces that have to be tested; `at` is the moment before which (now)."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Words")
    at = django_filters.IsoDateTimeFilter(method="as_it_was", label="As it stood before")
    covered = django_filters.BooleanFilter(label="Tested freshly")
    tier = django_filters.MultipleChoiceFilter(
        field_name="held_tier", choices=[(number, f"T{number}") for number in range(5)], label="Tier"
    )
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")
    surface = django_filters.NumberFilter(field_name="pk", label="Surface number")

    class Meta:
        model = Surface
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Look at the moment first: the other filters ask about it."""
        at = self.form.cleaned_data.get("at") or clock.now()
        found: QuerySet[Any] = super().filter_queryset(demanding(queryset, at, self.request.user))
        return found

    def as_it_was(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """The moment is looked at before all other filters."""
        return queryset


def tested(row: Any) -> tuple[str, str]:
    """Return whether a surface was tested freshly, as a mark and words."""
    if row.covered:
        return "ok", "Tested freshly"
    return ("warn", "Gone stale") if row.last_run else ("stop", "Never tested")


class CoverageTable(Table):
    """How surfaces that have to be tested are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Surface", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("tier", "Tier", "held_tier", sort="held_tier", phone=True, cell=lambda row: atoms.tier(row.held_tier)),
        Column("team", "Team", "team.name", sort="team__name"),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("last_run", "Last run", sort="last_run", cell=lambda row: atoms.time(row.last_run)),
        state_column(tested, sort="covered", phone=True),
    )

    def url(self, row: Surface) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class CoverageList(ListPage):
    """Surfaces that have to be tested, and whether they were."""

    key, url_name, title, family = "eval-coverage-surfaces", "eval-coverage-surfaces", "Surfaces and their evals", "scorecard"
    table, filterset = CoverageTable, CoverageFilters
    crumbs = [("Scorecard", "/scorecard/"), ("Eval coverage", "/scorecard/eval_coverage/")]
    lead = "{total} surfaces are live on a tier for which policy demands evals."
    search_hint = "Find by name"
    views = (View("All"), View("Tested", "covered=true"), View("Not tested", "covered=false"))
    empty = Empty("No surface has to be tested", "As soon as one is live on a tier that demands evals, it shows up here.")

    def rows(self, user: Any) -> QuerySet[Any]:
        """Return the surfaces that the reader may see; which of them have to be tested, the filters find."""
        return surfaces.visible_to(user).select_related("owner", "team")
