"""What rooms and auditors add to the demo company: a buyer looks at answers, and internal audit asks a question."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from governance.core import clock
from governance.rooms import actions as rooms
from registry.guests import actions
from registry.surfaces import queries as surfaces
from registry.surfaces.models import SurfaceState

if TYPE_CHECKING:
    from governance.rooms.models import Room, RoomLink

OPENED, LOOKED, ASKED, ANSWERED = 2.4, 2.2, 1.6, 1.2
"""Weeks ago."""


def tell(story: Any) -> None:
    """Put both on the story's calendar."""
    story.at(OPENED, partial(_room, story))
    story.at(ASKED, partial(_question, story))


def _live(story: Any) -> list[Any]:
    """Return the two riskiest surfaces that are live with a contract in force."""
    found = surfaces.visible_to(story.cast["rosa"]).filter(state=SurfaceState.LIVE, in_force__isnull=False)
    return list(found.select_related("owner").order_by("-tier", "pk")[:2])


def _room(story: Any) -> None:
    keeper = story.cast["ingrid"]
    room = rooms.make(
        actor=keeper,
        title="How we use AI on your members' data",
        audience="Halden Mutual",
        welcome="Answers on the uses of AI that touch your members, and whose models they are. Questions go to Ingrid.",
    )
    for surface in _live(story):
        rooms.put_answers(room, actor=keeper, source="five_questions", key=surface.key)
    rooms.put_answers(room, actor=keeper, source="subprocessors")
    issued = rooms.make_link(
        room,
        actor=keeper,
        viewer_name="Dana Sørlie",
        viewer_email="dana@halden-mutual.example",
        expires_at=clock.now() + timedelta(days=60),
    )
    story.at(LOOKED, partial(_visit, room, issued.link))


def _visit(room: "Room", link: "RoomLink") -> None:
    rooms.opened(link)
    for item in room.items.all():
        rooms.read(link, item)


def _question(story: Any) -> None:
    found = _live(story)
    if not found:
        return
    asked = actions.ask(
        found[0], actor=story.cast["owen"], text="Who tried the kill switch last, and how long did it take until it held?"
    )
    story.at(ANSWERED, partial(_answer, asked))


def _answer(asked: Any) -> None:
    said = "Its owner did, by the drill on the surface's page; how long it took stands there, and the ledger has the entry."
    actions.answer(asked, actor=asked.owner, text=said)
