"""What bills contribute: a panel on a surface's page, the page of the company's, a command of the palette, the API."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, PaletteCommand, contribute
from governance.ui.extensions import ObjectPanel
from registry.bom.bill import VERSIONS
from registry.surfaces.models import Surface


def of_surface(user: Any, surface: Surface) -> dict[str, Any]:
    """Return where the bill of a surface is taken; nothing while no contract is in force."""
    if surface.in_force_id is None:
        return {}
    address = reverse("bom-surface", args=[surface.key])
    return {"files": [(f"CycloneDX {version}", f"{address}?version={version}") for version in VERSIONS]}


contribute(ObjectPanel("surface.bom", "registry.surface", "registry/bom/_panel.html", of_surface, aside=True, order=82))
contribute(
    PaletteCommand("bom", "AI bill of materials", lambda user: reverse("bom"), "cyclonedx ml-bom aibom sbom models", "download")
)
contribute(ApiRoute("bom", "bom", load=lambda: import_string("registry.bom.api.BillApi"), basename="bom", order=47))
contribute(
    ApiRoute(
        "surface-bom", "surfaces", load=lambda: import_string("registry.bom.api.SurfaceBillApi"), basename="surface-bom", order=48
    )
)
