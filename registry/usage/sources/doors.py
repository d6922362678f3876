"""How a source comes in: its token is looked up once in a few seconds, so that thousands of deliveries cost one look."""

import threading
import time
from dataclasses import dataclass
from hashlib import sha256

from governance.core.errors import Denied
from governance.people import doors
from governance.people.models import User
from registry.usage.models import UsageSource

SCOPE = "usage:write"
HOLDS = 3.0
"""Seconds for which an answer is held: a revoked token or a retired source is refused after these at the latest."""
MOST = 10_000
_held: dict[bytes, tuple[float, "Sender | None"]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Sender:
    """A good token: the source it belongs to, the account it sends as, whether it may send at all, and how it is counted."""

    source: UsageSource | None
    user: User
    may_send: bool
    token: str

    def require(self) -> None:
        """Raise Denied where this token sends no observations."""
        if not self.may_send:
            raise Denied(f"This token does not have the scope {SCOPE}.", fix="Use the token of a source.")
        if self.source is None:
            raise Denied("This token belongs to no source.", fix="Make a source under Findings, Sources, and use its token.")
        if self.source.state != UsageSource.State.ACTIVE:
            raise Denied(f"The source {self.source.name} is retired.", fix="Take it up again, or use another source.")


def sender(secret: str) -> Sender | None:
    """Return who sends with a token, None for one that is unknown, revoked or expired."""
    if not secret or len(secret) > 512:
        return None
    now, key = time.monotonic(), sha256(secret.encode("utf-8", "replace")).digest()
    held = _held.get(key)
    if held is not None and held[0] > now:
        return held[1]
    found = _looked_up(secret)
    with _lock:
        if len(_held) >= MOST:
            _held.clear()
        _held[key] = (now + HOLDS, found)
    return found


def source_of(user: User) -> UsageSource | None:
    """Return the source that sends as this account."""
    return UsageSource.objects.select_related("surface", "team").filter(token__user=user).first()


def forget() -> None:
    """Look every token up anew (tests; and this process, when one was revoked here)."""
    with _lock:
        _held.clear()


def _looked_up(secret: str) -> Sender | None:
    bearer = doors.resolve(secret)
    if bearer is None:
        return None
    user: User = bearer.user
    source = source_of(user) if user.kind == User.Kind.SERVICE else None
    return Sender(source, user, SCOPE in bearer.scopes, bearer.token_id)
