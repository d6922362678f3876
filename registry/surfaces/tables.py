"""The list of surfaces."""

from typing import Any

from django.utils.html import format_html

from governance.core import clock
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.surfaces.models import Surface, SurfaceState

TONES = {
    SurfaceState.IDEA: "wait",
    SurfaceState.BUILDING: "wait",
    SurfaceState.IN_REVIEW: "wait",
    SurfaceState.LIVE: "held",
    SurfaceState.PAUSED: "warn",
    SurfaceState.RETIRED: "until",
}

SAID = {state.value: (TONES[state], str(state.label)) for state in SurfaceState}


def state_of(surface: Surface) -> tuple[str, str]:
    """Return a surface's state as a mark and words; what is live says which revision holds."""
    if surface.state == SurfaceState.LIVE and surface.in_force is not None:
        return "held", f"In force, r{surface.in_force.number}"
    return SAID[surface.state]


def is_unowned(surface: Surface) -> bool:
    """Whether nobody answers for it now."""
    return surface.owner is None or not surface.owner.is_active


def review(surface: Surface) -> Any:
    """Draw the day of the next review; an overdue one in red words."""
    if surface.review_on is None:
        return atoms.DASH
    day = atoms.time(surface.review_on, "date")
    return atoms.state("stop", format_html("{}, overdue", day)) if surface.review_on < clock.today() else day


class SurfaceTable(Table):
    """How surfaces are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Surface", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("key", "Key", shown=False, sort="pk"),
        Column("tier", "Tier", sort="tier", phone=True, cell=lambda row: atoms.tier(row.tier)),
        state_column(state_of, sort="state", phone=True),
        Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
        Column("team", "Team", "team.name", sort="team__name"),
        Column("review", "Next review", "review_on", sort="review_on", cell=review),
        Column("pattern", "Integration", "get_pattern_display", sort="pattern", shown=False),
        Column("vendor", "Vendor", "vendor.name", sort="vendor__name", shown=False),
        Column("mode", "Mode", "get_mode_display", sort="mode", shown=False),
        Column("topic", "Topic", sort="topic", shown=False),
        Column("external_id", "Outside number", sort="external_id", shown=False),
        Column("purpose", "Purpose", shown=False, wrap=True),
        Column("started", "Started", "started_on", sort="started_on", shown=False, cell=lambda row: atoms.time(row.started_on)),
        Column(
            "created", "Registered", "created_at", sort="created_at", shown=False, cell=lambda row: atoms.time(row.created_at)
        ),
    )

    def tone(self, row: Surface) -> str:
        """Tint what is live and unowned: it is out of line."""
        return "off" if row.state == SurfaceState.LIVE and is_unowned(row) else ""
