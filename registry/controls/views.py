"""Pages of controls: the tab of a surface, the heat map, and the rows behind each of its cells."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.ui.pages import Empty, ListPage, PageAction, View
from governance.ui.pages.base import Page
from registry.controls import heatmap, queries, reading
from registry.controls.filters import ByItselfFilters, ResultFilters
from registry.controls.models import ByItself, ControlResult
from registry.controls.tables import ByItselfTable, ResultTable
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab


class SurfaceControls(SurfaceTab):
    """How the controls of one surface stand, computed as the page is asked for."""

    body = "registry/controls/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return the standing, the audit trail, and what can be looked at instead."""
        return reading.tab(self.user, surface, self.request.GET.get("revision", ""))


class HeatMap(Page):
    """Tiers by control: where the company stands, at a glance."""

    title, template = "Controls", "registry/controls/heatmap.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the map, of live surfaces or of all."""
        live = request.GET.get("surfaces") != "all"
        shown = heatmap.heat_map(self.user, live=live)
        return self.render(**shown, rows_url=reverse("control-results"), surfaces_url=reverse("surfaces"))


class ResultList(ListPage):
    """Every control of every surface that the reader may see, as it was last looked at."""

    key, url_name, title = "control-results", "control-results", "Control results"
    table, filterset = ResultTable, ResultFilters
    lead = "{total} controls of surfaces, as they were last looked at."
    search_hint = "Find by control, surface or reason"
    views = (
        View("Holding back", "red=true&blocking=true&state=live"),
        View("All"),
        View("Mine", "owner={me}&red=true"),
        View("Expiring in 14 days", "expires_within=14&state=live"),
        View("Excepted", "status=excepted"),
    )
    actions = (PageAction("Heat map", lambda user: reverse("controls"), icon="policy"),)
    empty = Empty(
        "No control was looked at yet",
        "Each surface with a tier shows here what the tier demands of it and how that stands.",
        "Look at the surfaces",
        lambda user: reverse("surfaces"),
    )

    def rows(self, user: Any) -> QuerySet[ControlResult]:
        """Return the results of the surfaces that the reader may see."""
        return queries.visible_to(user).select_related("surface__owner", "surface__team")


class ByItselfList(ListPage):
    """What is evidence without having been handed in."""

    key, url_name, title, family = "evidence-by-itself", "evidence-by-itself", "Evidence by itself", "evidence"
    table, filterset = ByItselfTable, ByItselfFilters
    lead = "{total} records of the work itself that show how controls are met. Nobody has to upload them."
    search_hint = "Find by what it shows, record or surface"
    views = (
        View("All"),
        View("Eval runs", "kind=eval_run"),
        View("Drills", "kind=drill"),
        View("Vendor reviews", "kind=vendor_review"),
        View("Approvals", "kind=approval"),
        View("Access reviews", "kind=access_review"),
    )
    empty = Empty(
        "Nothing speaks for itself yet",
        "Eval runs, drills, reviews of vendors and approvals show here for the controls that they show, with their ledger entry.",
        "Look at the surfaces",
        lambda user: reverse("surfaces"),
    )

    def rows(self, user: Any) -> QuerySet[ByItself]:
        """Return what speaks for the surfaces that the reader may see."""
        return queries.by_itself(user)
