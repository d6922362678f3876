"""What is done to rooms: making, changing, closing."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.rooms import actions, queries, rules
from governance.rooms.forms import NewRoomForm, ReasonForm, RoomForm
from governance.rooms.models import Room
from governance.ui.pages import ActionPage


class NewRoom(ActionPage):
    """Make a room."""

    title, submit, form_class, nav = "Make a room", "Make it", NewRoomForm, "rooms"
    lead = "Nothing lies in it and nobody comes in until you say so."

    def verdict(self, obj: Any) -> Verdict:
        """Leaders and those who govern."""
        return rules.may_make(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with oneself, and by link."""
        return {"owner": self.user.pk, "kind": Room.Kind.INVITED}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Room:
        """Make it."""
        return actions.make(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("rooms")

    def said(self, result: Room) -> str:
        """Say what comes next."""
        return "The room is there. Put something in."


class OnRoom(ActionPage):
    """Base of what is done to one room."""

    nav = "rooms"

    def load(self) -> Room:
        """Return the room of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Room) -> Verdict:
        """Say whether the person may."""
        return rules.may_keep(self.user, obj)


class EditRoom(OnRoom):
    """Change what a room is called, for whom it is, and who keeps it."""

    title, submit, form_class = "Change the room", "Save", RoomForm

    def initial(self, obj: Room) -> dict[str, Any]:
        """Start with what is."""
        return {"title": obj.title, "audience": obj.audience, "welcome": obj.welcome, "owner": obj.owner_id}

    def perform(self, obj: Room, given: Mapping[str, Any]) -> Room:
        """Save it."""
        return actions.edit(obj, actor=self.user, changes=given, expected_version=self.seen_version)

    def success_url(self, result: Room) -> str:
        """Stay with it, unless it was given away."""
        seen = queries.visible_to(self.user).filter(pk=result.pk).exists()
        return result.get_absolute_url() if seen else reverse("rooms")

    def said(self, result: Room) -> str:
        """Say so."""
        return f"{result.key} is saved."


class CloseRoom(OnRoom):
    """Close a room for good."""

    title, submit, form_class, tone = "Close the room", "Close it", ReasonForm, "stop"
    lead = "No link opens it any more, from this moment. What was seen stays in the ledger."

    def perform(self, obj: Room, given: Mapping[str, Any]) -> Room:
        """Close it."""
        return actions.close(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Room) -> str:
        """Say so."""
        return f"{result.key} is closed."
