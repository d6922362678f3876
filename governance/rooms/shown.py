"""What rooms contribute: navigation, palette, search, briefing, API, and the charter as an answer."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    NavItem,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    PersonalStore,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from governance.people.system import system_actor
from governance.rooms import access, actions, answers, queries, rules  # noqa: F401 - access contributes itself
from governance.rooms.models import Room
from governance.ui.extensions import FamilyTab

FAMILY = "rooms"


def sees_rooms(user: Any) -> bool:
    """Whether somebody has rooms to look at: readers of all, and whoever may write; guests have none."""
    return bool(roles.reads_all(user) or roles.may_write(user))


contribute(NavItem("rooms", "Buyer's rooms", "rooms", "share", group="What we can prove", order=15, visible=sees_rooms))
contribute(FamilyTab("rooms", FAMILY, "Rooms", "rooms", order=10))
contribute(
    PaletteCommand(
        "rooms",
        "Buyer's rooms",
        lambda user: reverse("rooms"),
        words="trust centre share link buyer data room",
        icon="share",
        visible=sees_rooms,
    )
)
contribute(
    PaletteCommand(
        "room.make",
        "Make a room",
        lambda user: reverse("room-new"),
        words="trust centre share buyer link proof",
        icon="plus",
        visible=lambda user: bool(rules.may_make(user)),
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find rooms by title, by whom they are for, or by key."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:2].upper() == "BR" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(title__icontains=words)
    return [
        SearchHit(row.title, row.get_absolute_url(), f"{row.key} · {row.audience or row.get_state_display()}", "share")
        for row in found.order_by("-pk")[:limit]
    ]


contribute(SearchSource("rooms", "Rooms", find, order=75))


def kept(person: Any) -> QuerySet[Room]:
    """Return the open rooms that a person keeps."""
    return Room.objects.filter(owner=person, state=Room.State.OPEN)


def give(room: Room, actor: Any, to: Any, reason: str) -> Room:
    """Give a room to another keeper."""
    return actions.edit(room, actor=actor, changes={"owner": to})


contribute(OwnedSource("rooms", "Buyer's rooms", kept, give, order=90))


contribute(
    PersonalStore(
        "rooms",
        "Links to buyer's rooms that were made for them",
        find=lambda who: actions.of_address(who.address).count(),
        erase=lambda who: actions.forget_viewer(
            actions.of_address(who.address), actor=who.actor or system_actor(), cause=who.cause
        ),
        stays="That a link was made, when it was opened and what was taken by it.",
        order=45,
    )
)
contribute(answers.CHARTER)
contribute(ApiRoute("rooms", "rooms", load=lambda: import_string("governance.rooms.api.RoomApi")))
contribute(ApiRoute("room-links", "room-links", load=lambda: import_string("governance.rooms.api.RoomLinkApi")))
contribute(Commentable("governance.room", queries.visible_to))
contribute(ObjectLink("governance.room", lambda pk: reverse("room", args=[f"BR-{pk}"])))
