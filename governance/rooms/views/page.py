"""The list of rooms, and one room: what lies in it, who may come in, who did."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.ledger import queries as ledger
from governance.ledger.queries import lines_for
from governance.rooms import queries, rules
from governance.rooms.models import Room, RoomItem
from governance.rooms.tables import RoomFilters, RoomTable, link_state, state_of
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View

FAMILY = "rooms"
LATEST = 50


def _may_make(user: Any) -> bool:
    return bool(rules.may_make(user))


class RoomList(ListPage):
    """All rooms that a person may see."""

    key, url_name, title, nav, family = "rooms", "rooms", "Buyer's rooms", "rooms", FAMILY
    table, filterset = RoomTable, RoomFilters
    lead = "{total} in all. What lies in one is frozen, each link opens it for one person, and every look is in the ledger."
    search_hint = "Find by title or by whom it is for"
    views = (View("All"), View("Open", "state=open"), View("Mine", "owner={me}"), View("Closed", "state=closed"))
    actions = (PageAction("Make a room", lambda user: reverse("room-new"), icon="plus", primary=True, shown=_may_make),)
    empty = Empty(
        "No room yet",
        "A buyer asks for proof. Put a frozen pack or a few documents into a room, and send one person a link that ends.",
        "Make a room",
        lambda user: reverse("room-new"),
    )

    def rows(self, user: Any) -> QuerySet[Room]:
        """Return the rooms that the reader may see."""
        return queries.rows(user)


def _things(page: ObjectPage, room: Room) -> dict[str, Any]:
    held = list(queries.items(room))
    shown = {each.pk for each in queries.shown(room)}
    may = bool(rules.may_keep(page.user, room))
    return {
        "things": [{"item": each, "shown": each.pk in shown, "renews": each.kind == RoomItem.Kind.ANSWER} for each in held],
        "may": may,
        "policy": queries.room_rules(),
        "public": room.kind == Room.Kind.PUBLIC,
    }


def _links(page: ObjectPage, room: Room) -> dict[str, Any]:
    held = list(queries.links(room)[:LATEST])
    counts = queries.visit_counts(held)
    now = clock.now()
    return {
        "links": [
            {
                "link": each,
                "mark": atoms.state(*link_state(each, now)),
                "count": counts.get(each.pk, 0),
                "open": each.state == "active" and bool(rules.may_revoke(page.user, each)),
            }
            for each in held
        ],
        "may": bool(rules.may_link(page.user, room)),
    }


def _visits(page: ObjectPage, room: Room) -> dict[str, Any]:
    given = page.request.GET.get("before", "")
    entries = queries.visits(room)
    if given.isdecimal() and len(given) < 19:
        entries = entries.filter(seq__lt=int(given))
    found = ledger.lines(entries[: LATEST + 1])
    return {"lines": found[:LATEST], "more": found[LATEST - 1].seq if len(found) > LATEST else None}


class RoomPage(ObjectPage):
    """One room."""

    url_name, lookup, parent, noun, nav = "room", "key", ("Buyer's rooms", "rooms"), "room", "rooms"
    tabs = (
        Tab("", "In it", "governance/rooms/_things.html", _things),
        Tab("links", "Links", "governance/rooms/_links.html", _links, shown=lambda user, room: room.kind != Room.Kind.PUBLIC),
        Tab("visits", "Who came in", "governance/rooms/_visits.html", _visits, shown=lambda user, room: room.kind != "public"),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, room: lines_for(room, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Room:
        """Return the room of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Room) -> Header:
        """Say for whom it is, who keeps it, and what can be done."""
        facts = (
            Fact("For", obj.audience or atoms.DASH),
            Fact("Kept by", atoms.person(obj.owner, me=self.user)),
            Fact("Made", atoms.time(obj.created_at)),
        )
        buttons = _buttons(obj) if rules.may_keep(self.user, obj) else ()
        return Header(obj.title, obj.key, state=state_of(obj), facts=facts, next=_next(obj), buttons=buttons)


def _buttons(room: Room) -> tuple[Button, ...]:
    def to(name: str) -> str:
        return reverse(name, args=[room.key])

    let_in = (Button("Let somebody in", to("room-link-new"), icon="link", kind="primary"),)
    see = (Button("Public page", reverse("trust"), icon="link"),) if queries.room_rules().status_page else ()
    return (
        *(see if room.kind == Room.Kind.PUBLIC else let_in),
        Button("Put something in", to("room-fill"), icon="plus"),
        Button("Change", to("room-edit"), icon="edit", dialog=True),
        Button("Close", to("room-close"), dialog=True),
    )


def _next(room: Room) -> Next | None:
    if room.state == Room.State.CLOSED:
        return Next("This room is closed.", room.ended_because, "")
    if room.kind == Room.Kind.PUBLIC and not queries.room_rules().status_page:
        said = "A risk officer can turn it on under buyer's rooms in the policy."
        return Next("Policy shows no public page, so nobody sees this.", said, "warn")
    return None
