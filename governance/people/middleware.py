"""What a signed-in person brings to each request: their time zone, and whether their account still holds."""

import zoneinfo
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from governance.core import clock
from governance.core.digest import sha256
from governance.core.reading import narrow
from governance.people import periods

SEEN_EVERY = 300  # seconds


class PersonMiddleware:
    """Works in the person's own time zone; signs out whoever was deactivated or whose account has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request as this person."""
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if user.expires_at is not None and user.expires_at <= clock.now():
            logout(request)
            if request.path.startswith("/api/"):  # goes on as nobody, and is answered 401 in the API's own form
                return self.get_response(request)
            return redirect("account_login")
        try:
            zone = zoneinfo.ZoneInfo(user.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = zoneinfo.ZoneInfo("UTC")
        _note_activity(request.session.session_key)
        narrow(periods.of(user))
        with timezone.override(zone):
            return self.get_response(request)


def _note_activity(session_key: str | None) -> None:
    """Note for the list of sessions that this browser is in use, at most every few minutes."""
    if session_key and cache.add(f"session-seen:{sha256(session_key.encode())}", 1, SEEN_EVERY):
        UserSession.objects.filter(session_key=session_key).update(last_seen_at=clock.now())
