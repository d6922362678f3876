"""A surface's tab of evals."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.ui.pages import Button
from registry.evals import reading
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab


class SurfaceEvals(SurfaceTab):
    """How the suites of a surface's contract stand, and how CI posts their runs."""

    body = "registry/evals/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return the standing of each suite, and the command for CI."""
        verdict = self.may_edit(surface)
        url = reverse("surface-evals-hand-in", args=[surface.key])
        may = verdict or reading.may_hand_in_some(self.user, verdict)
        stands = reading.surface(surface, self.tiers)
        return {
            "hand_ins": (Button("Hand in a run", url, "upload", verdict=may),),
            "may_hand_in": bool(may),
            "hand_in_url": url,
            "library": reverse("eval-suites"),
            "api": reverse("api:docs-resource", args=["eval-runs"]),
            "command": reading.command(surface, stands["proposed"], self.request.build_absolute_uri("/").rstrip("/")),
            **stands,
        }
