"""The lists of the catalogue."""

from decimal import Decimal
from typing import Any

from django.utils.html import format_html

from governance.core import clock
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.catalog.models import CatalogState, Endpoint, Tool, Vendor, VendorTerm

TONES = {"proposed": "wait", "approved": "ok", "suspended": "stop", "retired": "until"}
EFFECTS = {"read": "ok", "write": "warn", "irreversible": "stop"}


def state_of(item: Any) -> Any:
    """Say whether a thing may be used, in shape and words."""
    return atoms.state(TONES[item.state], item.get_state_display())


def due(day: Any, missing: str = "–") -> Any:
    """Show a date by which something is due; a past one is overdue."""
    if day is not None and day < clock.today():
        return atoms.state("stop", format_html("{}, overdue", atoms.time(day, "date")))
    return atoms.time(day, "date", missing)


def ends(day: Any) -> Any:
    """Show when a model is taken away; a past day has taken it away."""
    if day is None:
        return atoms.DASH
    left = (day - clock.today()).days
    shown = atoms.time(day, "date")
    if left < 0:
        return atoms.state("stop", format_html("gone since {}", shown))
    return atoms.state("warn", shown) if left <= 90 else shown


def day(value: Any) -> Any:
    """Show a day on which something was done."""
    return atoms.time(value, "date")


def price(endpoint: Endpoint, name: str) -> Any:
    """Show a price for a million tokens."""
    value = getattr(endpoint, name)
    return atoms.DASH if value is None else f"{plain(value)}{atoms.NBSP}{endpoint.currency}"


def plain(value: Decimal | None) -> str:
    """Write a price without the zeros that its column keeps."""
    return "" if value is None else f"{value.normalize():f}"


def price_of(endpoint: Endpoint) -> str:
    """Say what an endpoint costs; nothing while no price is set."""
    figures = [(plain(endpoint.input_price), "in"), (plain(endpoint.output_price), "out")]
    said = ", ".join(f"{figure} {way}" for figure, way in figures if figure)
    return f"{said}, {endpoint.currency} per million tokens" if said else ""


def is_unowned(item: Any) -> bool:
    """Whether nobody answers for a thing."""
    return item.owner is None or not item.owner.is_active


class ItemTable(Table):
    """What lists of the catalogue share: what is in use and unowned is out of line."""

    default_sort = "name"

    def tone(self, row: Any) -> str:
        """Tint what is approved and nobody answers for."""
        return "off" if row.state == CatalogState.APPROVED and is_unowned(row) else ""


OWNER = Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner))
STATE = Column("state", "State", "get_state_display", sort="state", phone=True, cell=state_of)


def lead(label: str) -> Column:
    """Return the first column: the thing's name, a link to it, its key beside it."""
    return Column("name", label, lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key))


class VendorTable(ItemTable):
    """Vendors."""

    columns = (
        lead("Vendor"),
        Column("key", "Key", shown=False, sort="key"),
        STATE,
        OWNER,
        Column("terms", "Terms known", "known_terms", sort="known_terms", numeric=True, cell=lambda row: _known(row)),
        Column("endpoints", "Endpoints", "endpoint_count", sort="endpoint_count", numeric=True),
        Column("review_on", "Next review", sort="review_on", cell=lambda row: due(row.review_on, "not set")),
        Column("reviewed_on", "Reviewed", sort="reviewed_on", shown=False, cell=lambda row: day(row.reviewed_on)),
        Column("exit_plan", "What we would do tomorrow", shown=False, wrap=True),
        Column("exit_drilled_on", "Exit tried", sort="exit_drilled_on", shown=False, cell=lambda row: day(row.exit_drilled_on)),
        Column("website", "Website", shown=False),
    )  # fmt: skip


def _known(row: Vendor) -> str:
    return f"{row.known_terms} of {len(VendorTerm.Topic)}"  # type: ignore[attr-defined]


class EndpointTable(ItemTable):
    """Endpoints."""

    columns = (
        lead("Endpoint"),
        Column("key", "Key", shown=False, sort="key"),
        Column("vendor", "Vendor", "vendor.name", sort="vendor__name"),
        Column("model", "Model", sort="model"),
        Column("region", "Region", sort="region"),
        STATE,
        OWNER,
        Column("input_price", "In, per M", sort="input_price", numeric=True, cell=lambda row: price(row, "input_price")),
        Column("output_price", "Out, per M", sort="output_price", numeric=True, cell=lambda row: price(row, "output_price")),
        Column("currency", "Currency", shown=False),
        Column("price_source", "Price source", shown=False),
        Column("deprecates_on", "Taken away", sort="deprecates_on", cell=lambda row: ends(row.deprecates_on)),
        Column("account_ref", "Account", shown=False),
        Column("key_ref", "Where its key is kept", shown=False),
        Column("key_rotates_on", "Key rotated", sort="key_rotates_on", shown=False, cell=lambda row: due(row.key_rotates_on)),
    )  # fmt: skip


class ToolTable(ItemTable):
    """Tools."""

    columns = (
        lead("Tool"),
        Column("key", "Key", sort="key"),
        Column("effect", "Effect", "get_effect_display", sort="effect", cell=lambda row: effect_of(row)),
        STATE,
        OWNER,
        Column("vendor", "Vendor", "vendor.name", sort="vendor__name"),
        Column("limits", "Limits", wrap=True),
        Column("description", "Description", shown=False, wrap=True),
    )


def effect_of(tool: Tool) -> Any:
    """Say what a call can do, in shape and words."""
    return atoms.state(EFFECTS[tool.effect], tool.get_effect_display())


def endpoint_line(endpoint: Endpoint) -> str:
    """Say an endpoint in a line: model, vendor, region."""
    return ", ".join(part for part in (endpoint.model, endpoint.vendor.name, endpoint.region) if part)
