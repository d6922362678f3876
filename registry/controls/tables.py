"""How control results are listed."""

from typing import Any

from django.urls import reverse

from governance.core.contributions import ObjectLink, contribution
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.controls import doors
from registry.controls.models import RED, ByItself, ControlResult, Status
from registry.surfaces.models import SurfaceState

TONES = {
    Status.MET: "ok",
    Status.NOT_MET: "stop",
    Status.EXPIRED: "stop",
    Status.EXCEPTED: "until",
    Status.NOT_APPLICABLE: "wait",
}


def tone(status: str, blocking: bool) -> str:
    """Return the mark of a status: red only where it holds something back."""
    found = TONES[Status(status)]
    return "warn" if found == "stop" and not blocking else found


class ResultTable(Table):
    """One line for each control of each surface."""

    default_sort = "surface"
    columns = (
        Column("title", "Control", lead=True, sort="title", cell=lambda row: atoms.link(row.get_absolute_url(), row.title)),
        Column(
            "surface",
            "Surface",
            "surface.name",
            sort="surface__name",
            wrap=True,
            phone=True,
            cell=lambda row: atoms.link(row.surface.get_absolute_url(), row.surface.name, row.surface.key),
        ),
        Column("key", "Surface key", "surface.key", shown=False),
        Column("tier", "Tier", "surface.tier", sort="surface__tier", cell=lambda row: atoms.tier(row.surface.tier)),
        Column(
            "status",
            "Status",
            "get_status_display",
            sort="status",
            phone=True,
            cell=lambda row: atoms.state(tone(row.status, row.blocking), row.get_status_display()),
        ),
        Column("why", "Why", wrap=True, cell=lambda row: row.why),
        Column("next_step", "What to do", wrap=True, cell=lambda row: _next(row)),
        Column("team", "Team", "surface.team.name", sort="surface__team__name", shown=False),
        Column(
            "owner",
            "Owner",
            "surface.owner.name",
            sort="surface__owner__name",
            cell=lambda row: atoms.person(row.surface.owner),
            shown=False,
        ),
        Column("since", "Since", sort="since", shown=False, cell=lambda row: atoms.time(row.since, "date")),
        Column("expires_at", "Turns", sort="expires_at", cell=lambda row: atoms.time(row.expires_at, "date")),
        Column("blocking", "Blocks", shown=False, cell=lambda row: "yes" if row.blocking else "no"),
        Column("exception", "Exception", "exception_key", shown=False),
    )

    def url(self, row: ControlResult) -> str:
        """Return the control's place on the surface's page."""
        return row.get_absolute_url()

    def name(self, row: ControlResult) -> str:
        """Return what it is called."""
        return f"{row.title}, {row.surface.name}"

    def tone(self, row: ControlResult) -> str:
        """Mark what holds something back on a live surface."""
        return "off" if row.blocking and row.status in RED and row.surface.state == SurfaceState.LIVE else ""


def _next(row: ControlResult) -> Any:
    return atoms.link(doors.open_(row.door, row.surface.key), row.next_step) if row.door and row.next_step else row.next_step


PAGES = {"registry.vendor": "vendor", "governance.approvalrequest": "approval"}


def url_of(row: ByItself) -> str:
    """Return the page of the record that speaks; empty for an access review, which only few may open."""
    if row.kind == ByItself.Kind.ACCESS_REVIEW:
        return ""
    if row.record_type in PAGES:
        return reverse(PAGES[row.record_type], args=[row.record_key])
    return contribution(ObjectLink, row.record_type).url(str(row.record_id))


class ByItselfTable(Table):
    """One line for each record that shows a control of a surface without having been handed in."""

    default_sort = "-on"
    columns = (
        Column(
            "label", "What it shows", lead=True, wrap=True, cell=lambda row: atoms.link(url_of(row), row.label, row.record_key)
        ),
        Column("record", "Record", "record_key", shown=False),
        Column("kind", "Kind", "get_kind_display", sort="kind", phone=True),
        Column("control", "For", "title", sort="title", wrap=True),
        Column(
            "surface",
            "Surface",
            "surface.name",
            sort="surface__name",
            wrap=True,
            phone=True,
            cell=lambda row: atoms.link(row.surface.get_absolute_url(), row.surface.name, row.surface.key),
        ),
        Column("surface_key", "Surface key", "surface.key", shown=False),
        Column("on", "Made on", "on", sort="on", cell=lambda row: atoms.time(row.on, "date")),
        Column("entry", "Ledger entry", "entry", numeric=True, cell=lambda row: _entry(row)),
        Column(
            "digest", "Hash", shown=False, cell=lambda row: atoms.hash_code(row.digest, "SHA-256") if row.digest else atoms.DASH
        ),
    )

    def url(self, row: ByItself) -> str:
        """Return the page of the record, or of the surface."""
        return url_of(row) or row.surface.get_absolute_url()

    def name(self, row: ByItself) -> str:
        """Return what it is called."""
        return f"{row.label}, {row.surface.name}"


def _shown(row: ByItself) -> Any:
    url = url_of(row)
    return atoms.link(url, row.label, row.record_key) if url else f"{row.label} ({row.record_key})"


def _entry(row: ByItself) -> Any:
    return atoms.link(reverse("entry", args=[row.entry]), str(row.entry)) if row.entry else atoms.DASH
