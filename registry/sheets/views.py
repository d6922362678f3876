"""Files that are made at once: the RACI as a spreadsheet."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from governance.core.tabular import writing
from governance.ui.pages import Page
from registry.sheets import raci
from registry.surfaces import queries as surfaces


class RaciFile(Page):
    """The RACI of one surface as CSV, XLSX or JSON, formula-safe."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Send the file."""
        surface = surfaces.get(self.user, kwargs["key"])
        return raci_file(surface, kwargs["form"])


def raci_file(surface: Any, form: str) -> HttpResponseBase:
    """Return a surface's RACI as a file of one of the forms in which lists leave."""
    stream = writing.write(form, list(raci.HEADS), raci.table(surface), title=f"RACI {surface.key}")
    return StreamingHttpResponse(
        stream,
        content_type=writing.FORMATS[form].content_type,
        headers={"Content-Disposition": f'attachment; filename="raci-{surface.key}.{form}"', "Cache-Control": "no-store"},
    )
