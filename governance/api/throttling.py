"""How often one may call: so many requests a minute for a token, a person or, without either, an address.

Counts are shared by all processes through the cache. A process takes small blocks out of the shared count and spends
them by itself, so that most requests touch no cache at all; what is taken but not spent is lost with the minute, which
errs on the strict side and never on the lax.
"""

import threading
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from governance.api.authentication import Bearer
from governance.core import clock

WINDOW = 60
_BLOCKS = 50
_SPENT = -1
_held: dict[str, tuple[int, int]] = {}
_lock = threading.Lock()


def limit_for(kind: str) -> int:
    """Return requests a minute for a kind of caller (DEFAULT_THROTTLE_RATES, such as "1200/min"); 0 is without limit."""
    number, _, period = str(api_settings.DEFAULT_THROTTLE_RATES.get(kind) or "0/min").partition("/")
    if period not in ("min", "minute", "m"):
        raise ImproperlyConfigured(f"DEFAULT_THROTTLE_RATES[{kind!r}] must be a number a minute, such as 600/min")
    return int(number)


class CallerThrottle(BaseThrottle):
    """Counts by token, else by person, else by address."""

    _wait = float(WINDOW)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Spend one request of the caller's minute; False when it is used up."""
        kind, ident = self.caller(request)
        limit = limit_for(kind)
        if not limit:
            return True
        second = int(clock.now().timestamp())
        window, self._wait = second // WINDOW, float(WINDOW - second % WINDOW)
        return spend(f"{kind}:{ident}", window, limit)

    def caller(self, request: Request) -> tuple[str, str]:
        """Return the kind of caller and by what it is told from others."""
        if isinstance(request.auth, Bearer):
            return "token", str(request.auth.token_id)
        user = getattr(request, "_user", None)
        if user is not None and user.is_authenticated:
            return "user", str(user.pk)
        return "anonymous", self.get_ident(request)

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return self._wait


class AddressThrottle(CallerThrottle):
    """Counts by address only: for callers whose credentials were refused."""

    def caller(self, request: Request) -> tuple[str, str]:
        """Return the address."""
        return "anonymous", self.get_ident(request)


def spend(key: str, window: int, limit: int) -> bool:
    """Take one out of the block that this process holds for the window, fetching a new block when it is spent."""
    with _lock:
        held_window, left = _held.get(key, (window, 0))
        if held_window == window and left != 0:
            _held[key] = (window, max(_SPENT, left - 1))
            return left > 0
    granted = _take_block(f"api:{key}:{window}", max(1, limit // _BLOCKS), limit)
    with _lock:
        if len(_held) > 10_000:
            _held.clear()
        _held[key] = (window, granted - 1 if granted else _SPENT)
    return granted > 0


def _take_block(name: str, block: int, limit: int) -> int:
    """Add a block to the shared count; return how much of it still lies under the limit."""
    if cache.add(name, block, timeout=2 * WINDOW):
        return block
    try:
        total = cache.incr(name, block)
    except ValueError:  # evicted between the two calls: the count starts anew
        cache.set(name, block, timeout=2 * WINDOW)
        return block
    return max(0, min(block, limit - (total - block)))


def forget() -> None:
    """Drop the blocks that this process holds (tests)."""
    with _lock:
        _held.clear()
