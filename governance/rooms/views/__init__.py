"""Pages of rooms: the list, one room, what is done to it; and what its viewers and everybody see."""

from governance.rooms.views.filling import Fill, Renew, TakeOut
from governance.rooms.views.keeping import CloseRoom, EditRoom, NewRoom
from governance.rooms.views.linking import MakeLink, RevokeLink
from governance.rooms.views.outside import Answers, Door, Pages, Proof, Trust, Whole
from governance.rooms.views.page import RoomList, RoomPage

__all__ = [
    "Answers",
    "CloseRoom",
    "Door",
    "EditRoom",
    "Fill",
    "MakeLink",
    "NewRoom",
    "Pages",
    "Proof",
    "Renew",
    "RevokeLink",
    "RoomList",
    "RoomPage",
    "TakeOut",
    "Trust",
    "Whole",
]
