"""What a viewer sees behind a link: the door, what lies in the room, and its files. Nothing else is reachable by it.

A link that does not open, for whatever cause, gets the same answer as one that never was. Nothing is shown before the
ledger has it.
"""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.text import slugify

from governance.core import clock, company
from governance.core.errors import NotVisible, PlumblineError
from governance.documents import storage as documents
from governance.packs import storage as packs
from governance.rooms import actions, entering, marking, proving, queries
from governance.rooms.forms import DoorForm
from governance.rooms.models import Room, RoomItem, RoomLink
from governance.rooms.tables import address_of
from governance.ui.pages import Page, go

WRONG = "This is not the password of this link."


class Viewer(Page):
    """Base of all that a link opens: counted, never kept by a cache, never found by a search engine."""

    public = True
    link: RoomLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the link, or answer as for one that never was."""
        response = self._answer(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        secret = str(kwargs["secret"])
        if not entering.may_look(request, secret):
            return self.too_often()
        found = queries.open_link(secret)
        if found is None:
            return self.closed()
        self.link = found
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except PlumblineError as error:
            return self.render("governance/rooms/closed.html", said=error.message, fix=error.fix, status=error.status)
        return response

    @property
    def secret(self) -> str:
        """The secret part of the address."""
        return str(self.kwargs["secret"])

    @property
    def inside(self) -> bool:
        """Whether the viewer came in by the door."""
        return entering.is_in(self.request, self.link)

    def get_title(self) -> str:
        """Return the room's title, to those who are in; outside it is nobody's business."""
        return self.link.room.title if hasattr(self, "link") and self.inside else "A room of proof"

    def closed(self) -> HttpResponse:
        """Answer an address that opens nothing."""
        return self.render("governance/rooms/closed.html", status=404)

    def too_often(self) -> HttpResponse:
        """Answer somebody who asks too much."""
        response = self.render("governance/rooms/closed.html", said=entering.TOO_OFTEN, status=429)
        response["Retry-After"] = str(entering.WAIT)
        return response


class Door(Viewer):
    """The door of a room, and behind it what lies there."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what lies in the room to who came in; else the door. Programs that look at links change nothing."""
        if self.inside:
            return self.room()
        return self.door(DoorForm() if self.link.password else None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let the viewer in, with the password where there is one."""
        if self.link.password:
            if not entering.may_try(request, self.link):
                return self.too_often()
            form = DoorForm(request.POST)
            if not form.is_valid():
                return self.door(form, status=422)
            if not check_password(form.cleaned_data["password"], self.link.password):
                actions.refused(self.link)
                form.add_error("password", WRONG)
                return self.door(form, status=422)
        actions.opened(self.link)
        response = go(request, request.path)
        entering.let_in(response, self.link)
        return response

    def door(self, form: DoorForm | None, status: int = 200) -> HttpResponse:
        """Draw the door."""
        marked = queries.room_rules().watermark
        return self.render("governance/rooms/door.html", form=form, link=self.link, marked=marked, status=status)

    def room(self) -> HttpResponse:
        """Draw what lies in the room."""
        held = queries.shown(self.link.room)
        wholes = queries.files_of(held)
        return self.render(
            "governance/rooms/inside.html",
            link=self.link,
            room=self.link.room,
            secret=self.secret,
            papers=[(item, wholes.get(item.pk)) for item in held if item.kind != RoomItem.Kind.ANSWER],
            answers=[item for item in held if item.kind == RoomItem.Kind.ANSWER],
            marked=queries.room_rules().watermark,
            asked_at=clock.now(),
        )


class Thing(Viewer):
    """Base of what is done with one thing in the room; who did not come in by the door is led to it."""

    item: RoomItem

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the thing among those that are shown."""
        if not self.inside:
            return go(request, self.door_url())
        found = next((each for each in queries.shown(self.link.room) if each.pk == self.kwargs["number"]), None)
        if found is None:
            raise NotVisible("This does not lie in the room any more.", fix="Look at the room again.")
        self.item = found
        return self.give()

    def door_url(self) -> str:
        """Return the room's own address."""
        return address_of(self.secret)

    def give(self) -> HttpResponseBase:
        """Answer with the thing."""
        raise NotImplementedError

    def noted(self, file: str, sha256: str, marked: bool = False) -> None:
        """Tell the ledger what is given, before it is."""
        if self.request.method == "GET":
            actions.downloaded(self.link, self.item, file=file, digest=sha256, marked=marked)


class Answers(Thing):
    """Answers, as they stood when they were put here."""

    def get_title(self) -> str:
        """Return what they are about."""
        return self.item.title if hasattr(self, "item") else super().get_title()

    def give(self) -> HttpResponseBase:
        """Show them."""
        if self.item.kind != RoomItem.Kind.ANSWER:
            raise NotVisible("This has no page of its own.", fix="Open its PDF.")
        if self.request.method == "GET":
            actions.read(self.link, self.item)
        return self.render(
            "governance/rooms/answers.html", item=self.item, link=self.link, back=self.door_url(), secret=self.secret
        )


class Pages(Thing):
    """The PDF of a pack or document, marked for its viewer where policy says so."""

    def give(self) -> HttpResponseBase:
        """Send it."""
        file, sha256 = self.original()
        marked = queries.room_rules().watermark
        self.noted("pdf", sha256, marked)
        if marked:
            with file:
                file = marking.mark(file, across=across(self.link), foot=foot(self.link, sha256))
        called = f"{slugify(self.item.title)[:80] or 'document'}{'-' + self.link.key.lower() if marked else ''}.pdf"
        response = FileResponse(file, content_type="application/pdf", filename=called)
        response["X-Original-SHA256"] = sha256
        return response

    def original(self) -> tuple[Any, str]:
        """Return the unmarked file, opened, and its hash."""
        if self.item.kind == RoomItem.Kind.DOCUMENT:
            document = queries.document_of(self.item)
            return documents.take(document.file, document.file_digest), document.file_digest
        if self.item.kind == RoomItem.Kind.PACK:
            pack = queries.pack_of(self.item)
            if pack.pdf_file:
                return packs.take(pack.pdf_file, pack.pdf_digest), pack.pdf_digest
        raise NotVisible("There are no pages of this.", fix="Look at the room again.")


class Whole(Thing):
    """The ZIP of a pack, with its data and its verifier, as it was frozen."""

    def give(self) -> HttpResponseBase:
        """Send it."""
        if self.item.kind != RoomItem.Kind.PACK or not self.item.with_zip:
            raise NotVisible("There is no ZIP of this.", fix="Look at the room again.")
        pack = queries.pack_of(self.item)
        file = packs.take(pack.zip_file, pack.zip_digest)
        self.noted("zip", pack.zip_digest)
        called = f"{slugify(pack.title)[:80] or 'pack'}.zip"
        return FileResponse(file, content_type="application/zip", filename=called, as_attachment=True)


class Proof(Thing):
    """What proves a thing without us: its hash, the ledger's entry that holds it, and how to check both."""

    def give(self) -> HttpResponseBase:
        """Send it."""
        proof = proving.of_item(self.item, base=self.request.build_absolute_uri("/").rstrip("/"))
        self.noted("proof", self.item.digest)
        response = HttpResponse(proof, content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="{slugify(self.item.title)[:80] or "item"}-proof.json"'
        return response


def across(link: RoomLink) -> str:
    """Return what stands large over every page."""
    return f"{link.viewer_name} · {link.viewer_email}"


def foot(link: RoomLink, sha256: str) -> str:
    """Return what stands small along the foot of every page."""
    by = company.current().name
    told = f"Shown to {link.viewer_name}, {link.viewer_email}, by {by} under {link.key}"
    return f"{told}. SHA-256 of the unmarked original: {sha256}"


class Trust(Page):
    """The public page of the AI programme: what policy makes public, and nothing where it shows no such page."""

    public, title = True, "How we keep our AI in check"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; where policy wants none, there is none."""
        if not entering.may_look(request, "the public page"):
            response = self.render("governance/rooms/closed.html", said=entering.TOO_OFTEN, status=429)
            response["Retry-After"] = str(entering.WAIT)
            return response
        if not queries.room_rules().status_page:
            raise NotVisible("There is no such page.", fix="Check the address.")
        room: Room | None = queries.public_room()
        return self.render(
            "governance/rooms/trust.html",
            room=room,
            standing=queries.standing(),
            frozen=queries.shown(room) if room else [],
            asked_at=clock.now(),
        )
