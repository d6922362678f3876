"""Export as seen: the rows, order and columns of the list at hand, streamed as CSV, XLSX or JSON."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.text import slugify

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.leaving import Counter, leaves
from governance.core.tabular import writing
from governance.ui.pages.base import Page
from governance.ui.pages.list import ListPage
from governance.ui.tables import Column

CHUNK = 1000


def values(rows: Any, columns: list[Column]) -> Iterator[list[Any]]:
    """Read each row's columns, one row after the other, so that memory stays flat."""
    for row in rows.iterator(chunk_size=CHUNK):
        yield [column.read(row) for column in columns]


class ExportPage(Page):
    """Streams a list; the address' filters, order and columns are those of the page it was asked from."""

    owner: type[ListPage]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send the file."""
        listing = self.owner()
        listing.setup(request, **self.kwargs)
        form = self.kwargs["form"]
        if not listing.exports or form not in writing.FORMATS:
            raise NotVisible("This list has no such export.", fix="It leaves as csv, xlsx or json.")
        browse = listing.browse(request.GET)
        browse.require_clear()
        columns = browse.columns
        heads = [column.key if form == "json" else column.label for column in columns]
        counter = Counter()
        rows = counter.counting(values(browse.rows(listing.rows(self.user)), columns))
        stream = writing.write(form, heads, rows, title=listing.get_title())
        name = f"{slugify(listing.get_title())}-{clock.now():%Y-%m-%d}.{form}"
        response = StreamingHttpResponse(
            stream,
            content_type=writing.FORMATS[form].content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )
        return leaves(response, f"the list {listing.get_title()}", rows=counter)


def view_for(owner: type[ListPage]) -> Callable[..., Any]:
    """Return the view that exports a list."""
    return type(f"{owner.__name__}Export", (ExportPage,), {"owner": owner}).as_view()  # type: ignore[attr-defined, no-any-return]
