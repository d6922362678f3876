"""Tells the ledger of everything that leaves as a file: who took what, by which filter, how much, and its SHA-256.

The bytes are hashed while they are sent. The last piece is held until the entry is written, so that no whole file is out
of which the ledger does not tell; a file that its reader broke off is told as such, with what had gone out by then.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from governance.core import context
from governance.core.leaving import Leaving, leaving
from governance.ledger import journal
from governance.ledger.journal import action
from governance.ledger.kinds import EventKind, register

LONGEST = 2000
KIND = "export.made"

register(
    EventKind(
        KIND,
        "took out {what}",
        fields=("what", "form", "path", "rows", "bytes", "file", "whole"),
        personal=("filter",),
    )
)


class LeavingMiddleware:
    """Tells the ledger of every file that a signed-in person or a program takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what leaves is told when it has left."""
        response = self.get_response(request)
        found = leaving(response)
        if found is None and _is_file(response):
            found = Leaving(_name(response) or request.path)
        if found is None or found.told or response.status_code != 200 or request.method == "HEAD":
            return response
        actor: Any = request.user
        if not actor.is_authenticated:  # the public pages of files tell by themselves who held the link or the code
            return response
        departure = Departure(found, request, response, actor)
        if isinstance(response, HttpResponse):
            departure.take(response.content)
            departure.tell(whole=True)
        else:
            response.streaming_content = departure.passing(response.streaming_content)  # type: ignore[attr-defined]
        return response


class Departure:
    """One file on its way out."""

    def __init__(self, found: Leaving, request: HttpRequest, response: HttpResponseBase, actor: Any) -> None:
        self.found, self.actor = found, actor
        self.path, self.filter = request.path[:LONGEST], request.META.get("QUERY_STRING", "")[:LONGEST]
        self.form = response.get("Content-Type", "").partition(";")[0]
        self.context = context.current()
        self.hash, self.bytes = hashlib.sha256(), 0

    def take(self, piece: bytes) -> None:
        """Take in bytes that go out."""
        self.hash.update(piece)
        self.bytes += len(piece)

    def passing(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces one behind: the last one goes when the ledger knows."""
        held: bytes | None = None
        try:
            for piece in pieces:
                if held is not None:
                    self.take(held)
                    yield held
                held = piece
        except GeneratorExit:
            self.tell(whole=False)
            raise
        if held is not None:
            self.take(held)
        self.tell(whole=True)
        if held is not None:
            yield held

    def tell(self, *, whole: bool) -> None:
        """Write the entry, under the request that asked for the file."""
        with context.use(via=self.context.via, request_id=self.context.request_id):
            _tell(self, whole, actor=self.actor)


@action
def _tell(departure: Departure, whole: bool, *, actor: Any) -> None:
    rows = departure.found.rows
    told = {
        "what": departure.found.what[:400],
        "form": departure.form,
        "path": departure.path,
        "bytes": departure.bytes,
        "file": departure.hash.hexdigest(),
        "whole": whole,
        **({"rows": rows.count} if rows is not None else {}),
    }
    personal = {"filter": departure.filter} if departure.filter else {}
    journal.record(KIND, actor=actor, subject=actor, payload=told, personal=personal, touches=departure.found.about)


def _is_file(response: HttpResponseBase) -> bool:
    return str(response.get("Content-Disposition", "")).startswith("attachment")


def _name(response: HttpResponseBase) -> str:
    _, _, name = str(response.get("Content-Disposition", "")).partition("filename=")
    return name.partition(";")[0].strip().strip('"')
