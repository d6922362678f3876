"""The list of surfaces."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.people import roles
from governance.ui.pages import Empty, ListPage, PageAction, View
from registry.surfaces import queries
from registry.surfaces.filters import SurfaceFilters
from registry.surfaces.models import Surface
from registry.surfaces.tables import SurfaceTable
from registry.surfaces.views.bulk import BULK


def register_url(user: Any) -> str:
    """Return where a registration begins."""
    return reverse("surface-register")


SHOWN = (
    "name", "purpose", "tier", "state", "mode", "pattern", "topic", "external_id", "started_on", "review_on", "created_at",
    "retired_on", "version", "owner__name", "owner__is_active", "team__name", "vendor__name", "in_force__number",
    "in_force__surface",
)  # fmt: skip


class SurfaceList(ListPage):
    """Every place where the company calls a model that this person may see."""

    key, url_name, title = "surfaces", "surfaces", "Surfaces"
    table, filterset, bulk = SurfaceTable, SurfaceFilters, BULK
    lead = "{total} places where we call a model, or let one act."
    search_hint = "Find by name, owner or key"
    views = (
        View("All"),
        View("Mine", "owner={me}"),
        View("In force", "approved=true"),
        View("Not approved", "approved=false"),
        View("Unowned", "unowned=true"),
        View("Review overdue", "review_due=true"),
        View("Tier 3 and 4", "tier=3&tier=4"),
    )
    actions = (PageAction("Register a surface", register_url, icon="plus", primary=True, shown=roles.may_write),)
    empty = Empty(
        "No surfaces yet",
        "If its output can ship, send, approve, merge or deny, it is a surface. What is not listed here has no owner, "
        "no limits and no way to be stopped.",
        "Register a surface",
        register_url,
        "Import a spreadsheet",
        lambda user: reverse("imports"),
    )

    def rows(self, user: Any) -> QuerySet[Surface]:
        """Return the surfaces that the reader may see, with no more columns than the table has (half the time of all)."""
        return queries.rows(user).only(*SHOWN)
