"""How a viewer stays in a room: a signed cookie for this link only, for half a day, beside and apart from any account.

It carries the link's number and a digest of its password, so that a new password or a revoked link shows everybody the door.
Every request asks the database again whether the link still opens. Looks are counted by address and by link in stretches of
ten minutes (setting ROOM_LOOKS), passwords as failed sign-ins are (ACCOUNT_RATE_LIMITS["room_password"]).
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from governance.core import clock
from governance.core.digest import sha256
from governance.rooms.models import RoomLink

STAY = 12 * 3600
SALT = "governance.rooms.visit"
TRIED = "room_password"
TOO_OFTEN = "Too much was asked from here in a short time. Wait ten minutes, then open the link again."
WAIT = 600


def cookie_name(link: RoomLink) -> str:
    """Return the name of a link's cookie: a browser may be in several rooms."""
    return f"plumbline_room_{link.pk}"


def _proof(link: RoomLink) -> list[Any]:
    return [link.pk, sha256(f"{link.token_digest}:{link.password}".encode())[:32]]


def let_in(response: HttpResponse, link: RoomLink) -> None:
    """Give the viewer the cookie by which they are in, on the paths of rooms only."""
    value = signing.TimestampSigner(salt=SALT).sign_object(_proof(link))
    response.set_cookie(
        cookie_name(link),
        value,
        max_age=STAY,
        path="/room/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_in(request: HttpRequest, link: RoomLink) -> bool:
    """Whether the viewer came in by this link within half a day."""
    try:
        held = signing.TimestampSigner(salt=SALT).unsign_object(request.COOKIES.get(cookie_name(link), ""), max_age=STAY)
    except signing.BadSignature:
        return False
    return bool(held == _proof(link))


def may_look(request: HttpRequest, door: str) -> bool:
    """Count one look from an address and at a door (a link, the public page), and say whether both are within limits."""
    window = int(clock.now().timestamp()) // WAIT
    address = get_adapter().get_client_ip(request)
    by_address, by_door = (_count(f"{sha256(each.encode())[:24]}:{window}") for each in (f"from {address}", f"at {door}"))
    return max(by_address, by_door) <= settings.ROOM_LOOKS


def _count(of: str) -> int:
    key = f"room-looks:{of}"
    cache.add(key, 0, WAIT)
    try:
        return int(cache.incr(key))
    except ValueError:  # forgotten between the two: this is the first of a new window
        cache.set(key, 1, WAIT)
        return 1


def may_try(request: HttpRequest, link: RoomLink) -> bool:
    """Count one password that is tried, and say whether it is within what is allowed."""
    return bool(ratelimit.consume(request, action=TRIED, key=f"link {link.pk}"))
