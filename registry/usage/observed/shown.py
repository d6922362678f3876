"""What observations contribute to the kernel's pages: their tab of the family, the palette, search, a surface's tab, REST."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    DemoPart,
    NavItem,
    ObjectLink,
    ObjectTab,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from registry.usage.models import SealedHour
from registry.usage.observed import demo, queries, words
from registry.usage.observed.tables import PathFilters

contribute(NavItem("observations", "Observations", "usage-paths", "flow", group="What happened", order=21, family="findings"))
contribute(
    ObjectTab("observed", "registry.surface", "Observed", lambda obj: reverse("surface-observed", args=[obj.key]), order=30)
)
contribute(
    PaletteCommand(
        "observations.not_approved",
        "See what runs without approval",
        lambda user: f"{reverse('usage-paths')}?standing=not_approved",
        words="observations observed calls models shadow unapproved",
    )
)
contribute(
    PaletteCommand(
        "observations.received",
        "See what was received and sealed",
        lambda user: reverse("sealed-hours"),
        words="observations seal verify deliveries hours digest",
        visible=roles.reads_all,
    )
)


def find(user: Any, text: str, limit: int) -> list[SearchHit]:
    """Find ways of use by model, tool or service as seen."""
    named = queries.KEY.match(text) if text[:3].upper() == "UP-" else None
    rows = queries.listed(user)
    rows = rows.filter(pk=int(named.group(1))) if named else PathFilters().search(rows, "q", text)
    return [
        SearchHit(f"{words.what(each)} by {words.caller(each)}", each.get_absolute_url(), words.standing_of(each)[1], "flow")
        for each in rows.order_by("-pk")[:limit]
    ]


contribute(SearchSource("observations", "Observations", find, order=80))
contribute(ObjectLink("registry.usagepath", lambda pk: reverse("usage-path", args=[f"UP-{pk}"])))
contribute(ObjectLink("registry.sealedhour", lambda pk: SealedHour.objects.get(pk=pk).get_absolute_url()))
contribute(ApiRoute("usage-paths", "usage-paths", load=lambda: import_string("registry.usage.observed.api.PathApi"), order=39))
contribute(
    ApiRoute("sealed-hours", "sealed-hours", load=lambda: import_string("registry.usage.observed.api.SealedHourApi"), order=41)
)
contribute(DemoPart("observations", demo.tell, order=70))
contribute(Commentable("registry.usagepath", queries.listed))
contribute(Commentable("registry.sealedhour", queries.sealed_hours))
