"""What the ledger says of rooms. Who a viewer is stands apart, so that it can be erased; secrets and passwords are nowhere."""

from governance.ledger.kinds import EventKind, register

VIEWER = ("viewer", "email")
VISITS = ("room.opened", "room.read", "room.downloaded", "room.refused")
"""Kinds by which the ledger tells who came by a link, and what they took."""

register(
    EventKind("room.made", "made the room {name}", fields=("name", "for", "room_kind", "owner")),
    EventKind("room.edited", "changed the room {name}", fields=("name",)),
    EventKind("room.closed", "closed the room {name}", fields=("name",), tone="warn"),
    EventKind("room.item_put", "put {what} into {room}", fields=("what", "room", "source", "digest", "as_of_entry")),
    EventKind("room.item_renewed", "renewed {what} in {room}", fields=("what", "room", "source", "digest", "as_of_entry")),
    EventKind("room.item_taken", "took {what} out of {room}", fields=("what", "room", "source", "digest")),
    EventKind(
        "room.link_made", "let somebody into {room} by {subject}", fields=("room", "expires_at", "password"), personal=VIEWER
    ),
    EventKind("room.link_revoked", "revoked {subject} of {room}", fields=("room",), tone="warn"),
    EventKind("room.viewer_erased", "erased who {subject} of {room} was for", fields=("room", "cause"), tone="warn"),
    EventKind("room.opened", "let a viewer in by {link}", fields=("link",), personal=VIEWER),
    EventKind("room.read", "showed {what} to the viewer of {link}", fields=("link", "what", "digest"), personal=VIEWER),
    EventKind(
        "room.downloaded",
        "gave {what} to the viewer of {link}",
        fields=("link", "what", "digest", "marked", "file"),
        personal=VIEWER,
    ),
    EventKind("room.refused", "refused a wrong password for {link}", fields=("link",), tone="warn"),
)
