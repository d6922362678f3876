"""Pages of bills: what they are, with what they hold, and the files themselves."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from governance.core.leaving import leaves
from governance.ui.pages import Page
from registry.bom import queries
from registry.bom.bill import MEDIA_TYPE, VERSIONS
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


def send(body: bytes, name: str, what: str, about: tuple[Any, ...] = ()) -> HttpResponse:
    """Answer a bill as a file; the ledger tells of it."""
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.cdx.json"'
    response["Cache-Control"] = "no-store"
    return leaves(response, what, about=about)


def of_surface(surface: Surface, version: str) -> HttpResponse:
    """Answer the bill of one surface."""
    what = f"the AI bill of materials of {surface.key}"
    return send(queries.of_surface(surface, version), f"bom-{surface.key}", what, (surface,))


def of_company(user: Any, version: str) -> HttpResponse:
    """Answer the bill of all surfaces that the person sees."""
    return send(queries.of_company(user, version), "bom-company", "the AI bill of materials")


class SurfaceBill(Page):
    """The bill of one surface as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        return of_surface(surfaces.get(self.user, kwargs["key"]), request.GET.get("version", VERSIONS[0]))


class CompanyBill(Page):
    """The bill of all surfaces that the reader sees, as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        return of_company(self.user, request.GET.get("version", VERSIONS[0]))


class Bills(Page):
    """What a bill is for, what the company's holds, and where to take it."""

    title, template = "AI bill of materials", "registry/bom/bills.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.render(counted=queries.counted(self.user), versions=VERSIONS)
