"""A surface's tab that a feature above contributes: the same header, next action and strip of tabs, another body.

class SurfaceEvals(SurfaceTab):
    body = "registry/evals/_surface.html"
    def shown(self, surface): return {...}

path("surfaces/<str:key>/evals/", SurfaceEvals.as_view(), name="surface-evals")
contribute(ObjectTab("evals", "registry.surface", "Evals", lambda obj: reverse("surface-evals", args=[obj.key]), order=45))
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from registry.surfaces.models import Surface
from registry.surfaces.views.page import SurfacePage


class SurfaceTab(SurfacePage):
    """Base of a contributed tab of a surface; its rows are those of the surface's page."""

    body: ClassVar[str] = ""
    slug = "-"  # none of the surface's own tabs is the current one

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return what the tab's template shows."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the surface with this tab's body under its header."""
        self.obj = surface = self.load()
        self.header_shown = self.header(surface)
        return self.render(
            object=surface,
            header=self.header_shown,
            tabs=self.tab_links(surface),
            tab_template=self.body,
            panels=[],
            aside_panels=[],
            **self.shown(surface),
        )
