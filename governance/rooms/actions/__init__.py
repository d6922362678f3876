"""The only writers of rooms, of what lies in them, of links, and of who came in."""

from governance.rooms.actions.filling import put_answers, put_document, put_pack, renew, take_out
from governance.rooms.actions.forgetting import forget_viewer, of_address
from governance.rooms.actions.keeping import close, edit, make
from governance.rooms.actions.linking import IssuedLink, make_link, revoke_link
from governance.rooms.actions.visiting import downloaded, opened, read, refused

__all__ = [
    "IssuedLink",
    "close",
    "downloaded",
    "edit",
    "forget_viewer",
    "make",
    "make_link",
    "of_address",
    "opened",
    "put_answers",
    "put_document",
    "put_pack",
    "read",
    "refused",
    "renew",
    "revoke_link",
    "take_out",
]
