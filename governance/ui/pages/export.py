"""Export as seen: the rows, order and columns of the list at hand, streamed as CSV, XLSX or JSON."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.text import slugify

from governance.core import clock
from governance.core.errors import NotVisible
from governance.ui.pages.base import Page
from governance.ui.pages.list import ListPage

CHUNK = 1000


class ExportPage(Page):
    """Streams a list; the address' filters, order and columns are those of the page it was asked from."""

    owner: type[ListPage]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send the file."""
        from governance.core.tabular import writing

        listing = self.owner()
        listing.setup(request, **self.kwargs)
        browse = listing.browse(request.GET)
        if not listing.exports or self.kwargs["form"] not in writing.FORMS:
            raise NotVisible("This list has no such export.", fix="It leaves as csv, xlsx or json.")
        columns = browse.columns
        found = browse.rows(listing.rows(self.user))

        def rows() -> Iterator[list[Any]]:
            for row in found.iterator(chunk_size=CHUNK):
                yield [column.read(row) for column in columns]

        name = f"{slugify(listing.get_title())}-{clock.now():%Y-%m-%d}"
        labels = [column.label for column in columns]
        return writing.download(name, self.kwargs["form"], labels, rows(), keys=[column.key for column in columns])


def view_for(owner: type[ListPage]) -> Callable[..., Any]:
    """Return the view that exports a list."""
    return type(f"{owner.__name__}Export", (ExportPage,), {"owner": owner}).as_view()  # type: ignore[attr-defined, no-any-return]
