"""The page of the map, and its streams as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from governance.core.tabular.csvwriter import write_csv
from governance.people import roles
from governance.ui.pages.base import Page
from registry.pictures import drawing, queries
from registry.pictures.asking import DAYS, Asked, MapForm
from registry.pictures.ways import NOT_APPROVED, UNKNOWN


class MapPage(Page):
    """Surfaces, endpoints, vendors and data classes: what contracts allow, and what was seen."""

    title, template = "Map", "registry/pictures/map.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it as asked; a value that makes no sense is told beside its field, and nothing is drawn."""
        form = MapForm(self.user, request.GET)
        asked = form.asked()
        if asked is None:
            return self.render(form=form, status=400)
        found = queries.read(self.user, asked)
        return self.render(
            form=form,
            asked=asked,
            found=found,
            empty=not found.map.streams,
            narrowed=bool(asked.query().keys() - {"days", "by"}),
            finding=drawing.finding(found),
            tone="stop" if found.map.calls(NOT_APPROVED) else "warn" if found.map.calls(UNKNOWN) else "ok",
            picture=drawing.picture(found),
            periods=[(label, asked.url(days=days), int(days) == asked.days) for days, label in DAYS.items()],
            csv_url=asked.url().replace(reverse("map"), reverse("map-file"), 1),
            surfaces_url=reverse("surfaces"),
            makes=reverse("document-make", args=["map", asked.pk]) if roles.reads_all(self.user) else "",
        )


class MapFile(Page):
    """The streams as CSV."""

    title, template = "Map", "registry/pictures/map.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        """Send the file, or the page with what is wrong."""
        form = MapForm(self.user, request.GET)
        asked = form.asked()
        return self.render(form=form, status=400) if asked is None else csv_response(self.user, asked)


def csv_response(user: Any, asked: Asked) -> StreamingHttpResponse:
    """Answer the streams of a map as a CSV file."""
    rows = drawing.table(queries.read(user, asked))
    response = StreamingHttpResponse(write_csv(drawing.HEAD, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="map-{asked.since:%Y-%m-%d}-{asked.until:%Y-%m-%d}.csv"'
    return response
