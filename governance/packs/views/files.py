"""The files of a pack, for whoever may see it."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.text import slugify

from governance.core.errors import NotVisible
from governance.packs import queries, storage
from governance.packs.models import Pack
from governance.ui.pages import Page

KINDS = {"zip": "application/zip", "pdf": "application/pdf"}


def send(pack: Pack, kind: str) -> HttpResponseBase:
    """Answer a file of a pack, once it is known to be the one that was built. Raises NotVisible when it has none."""
    name, digest = {"zip": (pack.zip_file, pack.zip_digest), "pdf": (pack.pdf_file, pack.pdf_digest)}.get(kind, ("", ""))
    if not pack.is_ready or not name:
        raise NotVisible(
            "This pack has no such file.", fix="Look at its page: it may still be built, or its files are discarded."
        )
    file = storage.take(name, digest)
    called = f"{pack.key}-{slugify(pack.title)[:60]}-{pack.starts_on}-to-{pack.ends_on}.{kind}"
    response = FileResponse(file, content_type=KINDS[kind], filename=called, as_attachment=kind == "zip")
    response["Cache-Control"] = "private, no-store"
    response["Digest"] = f"sha-256={digest}"
    return response


class PackFile(Page):
    """The ZIP or the PDF."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        return send(queries.get(self.user, kwargs["key"]), kwargs["kind"])
