"""Who came into a room and what they took: an entry of the ledger each time, before anything is shown."""

from typing import Any

from governance.ledger.journal import action, record
from governance.people.system import system_actor
from governance.rooms.models import RoomItem, RoomLink


def opened(link: RoomLink) -> None:
    """Tell that a viewer came in."""
    _visit("room.opened", link, {}, actor=system_actor())


def read(link: RoomLink, item: RoomItem) -> None:
    """Tell that a viewer was shown answers."""
    _visit("room.read", link, {"what": item.title, "digest": item.digest}, actor=system_actor())


def downloaded(link: RoomLink, item: RoomItem, *, file: str, digest: str, marked: bool) -> None:
    """Tell that a viewer was given a file (`file`: pdf, zip, proof), under the hash of the unmarked original."""
    told = {"what": item.title, "digest": digest, "marked": marked, "file": file}
    _visit("room.downloaded", link, told, actor=system_actor())


def refused(link: RoomLink) -> None:
    """Tell that somebody gave a wrong password."""
    _visit("room.refused", link, {}, actor=system_actor(), viewer=False)


@action
def _visit(kind: str, link: RoomLink, told: dict[str, Any], *, actor: Any, viewer: bool = True) -> None:
    who = {"viewer": link.viewer_name, "email": link.viewer_email} if viewer else {}
    record(kind, actor=actor, subject=link.room, payload={"link": link.key, **told}, personal=who, touches=(link,))
