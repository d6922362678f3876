"""What is put into a room, renewed and taken out."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Invalid, NotVisible, PlumblineError
from governance.core.verdict import Verdict, require
from governance.rooms import actions, queries, rules, showing
from governance.rooms.forms import FindForm, TakeOutForm
from governance.rooms.models import Room, RoomItem
from governance.ui.pages import ActionPage, Page, go

OFFERED = 12
FILES = ("pack", "document")


class Fill(Page):
    """What can be put into a room: frozen packs, documents, and answers that policy makes public."""

    title, template, nav = "Put something in", "governance/rooms/fill.html", "rooms"
    held: set[tuple[str, str]] = set()

    def room(self) -> Room:
        """Return the room of the address, for whoever may keep it."""
        room = queries.get(self.user, self.kwargs["key"])
        require(rules.may_keep(self.user, room))
        return room

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        key = self.kwargs["key"]
        return [("Buyer's rooms", reverse("rooms")), (key, reverse("room", args=[key])), (self.title, "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer."""
        return self.offer(self.room())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Put one thing in; a refusal is told above what is offered."""
        room = self.room()
        try:
            made = self.put(room, request.POST.get("what", ""))
        except PlumblineError as error:
            return self.offer(room, refusal=error)
        messages.success(request, f"{made.title} lies in the room.")
        return go(request, room.get_absolute_url())

    def put(self, room: Room, what: str) -> RoomItem:
        """Put in what a button names: pack:PK-3, pages:PK-3, document:<code>, answers:<kind>:<key>."""
        kind, _, rest = what.partition(":")
        if kind in ("pack", "pages"):
            return actions.put_pack(room, actor=self.user, pack=queries.pack(self.user, rest), with_zip=kind == "pack")
        if kind == "document":
            return actions.put_document(room, actor=self.user, code=rest)
        if kind == "answers":
            source, _, key = rest.partition(":")
            return actions.put_answers(room, actor=self.user, source=source, key=key)
        raise Invalid("Choose what to put in.", fix="Press the button beside it.")

    def offer(self, room: Room, refusal: PlumblineError | None = None) -> HttpResponse:
        """Draw what can be put in."""
        words = self.request.GET.get("q", "")[:100].strip()
        public = room.kind == Room.Kind.PUBLIC
        self.held = {(each.source, each.subject_id if each.source in FILES else each.subject_key) for each in queries.items(room)}
        return self.render(
            room=room,
            refusal=refusal,
            form=FindForm(self.request.GET or None),
            words=words,
            packs=[] if public else [self.weighed(room, pack) for pack in queries.packs(self.user, words)[:OFFERED]],
            documents=[] if public else [self.filed(paper) for paper in queries.documents_named(self.user, words)[:OFFERED]],
            answers=[self.answered(kind, words) for kind in showing.kinds()],
            only_answers=public,
            policy=queries.room_rules(),
            status=refusal.status if refusal else 200,
        )

    def weighed(self, room: Room, pack: Any) -> dict[str, Any]:
        """Return a pack with whether it may lie here."""
        return {"pack": pack, "verdict": rules.may_hold(self.user, room, pack), "held": ("pack", str(pack.pk)) in self.held}

    def filed(self, paper: Any) -> dict[str, Any]:
        """Return a document with whether it lies here."""
        return {"paper": paper, "held": ("document", str(paper.pk)) in self.held}

    def answered(self, kind: showing.RoomAnswers, words: str) -> dict[str, Any]:
        """Return a kind of answers with what it can be about."""
        allowed = rules.may_answer(queries.room_rules(), kind.key)
        found = kind.find(self.user, words, OFFERED) if kind.several and kind.find and allowed else []
        offered = [{"one": one, "held": (kind.key, one.key) in self.held} for one in found]
        return {"kind": kind, "verdict": allowed, "found": offered, "held": not kind.several and (kind.key, "") in self.held}


class OnItem(ActionPage):
    """Base of what is done to one thing in a room."""

    nav = "rooms"

    def load(self) -> RoomItem:
        """Return the thing of the address, if the person sees its room."""
        room = queries.get(self.user, self.kwargs["key"])
        found = queries.item(room, self.kwargs["number"])
        found.room = room
        return found

    def verdict(self, obj: RoomItem) -> Verdict:
        """Say whether the person may."""
        return rules.may_keep(self.user, obj.room)

    def back_url(self, obj: RoomItem) -> str:
        """Return to the room."""
        return obj.room.get_absolute_url()

    def success_url(self, result: RoomItem) -> str:
        """Return to the room."""
        return reverse("room", args=[self.kwargs["key"]])


class Renew(OnItem):
    """Answer again as things stand now."""

    title, submit = "Answer again", "Answer again"
    lead = "The answers are worked out anew and frozen as of this moment. What they said before stays in the history."

    def load(self) -> RoomItem:
        """Return the answers of the address."""
        found = super().load()
        if found.kind != RoomItem.Kind.ANSWER:
            raise NotVisible("This stays as it was made.", fix="Take it out, and put a newer one in.")
        return found

    def perform(self, obj: RoomItem, given: Mapping[str, Any]) -> RoomItem:
        """Renew it."""
        return actions.renew(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: RoomItem) -> str:
        """Say so."""
        return f"{result.title} is as of now."


class TakeOut(OnItem):
    """Take something out."""

    title, submit, form_class, tone = "Take it out", "Take it out", TakeOutForm, "stop"
    lead = "No viewer sees it any more, from this moment. Who took it along stays in the ledger."

    def perform(self, obj: RoomItem, given: Mapping[str, Any]) -> RoomItem:
        """Take it out."""
        actions.take_out(obj, actor=self.user, reason=given["reason"])
        return obj

    def said(self, result: RoomItem) -> str:
        """Say so."""
        return f"{result.title} is taken out."
