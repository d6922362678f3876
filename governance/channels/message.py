"""What is told: one message, whatever way it goes."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.conf import settings

Severity = Literal["critical", "error", "warning", "info"]
Event = Literal["trigger", "acknowledge", "resolve"]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell: a title of one line, a body in plain words, where to read on, how bad, and what it belongs to.

    `url` and `ack_url` are paths of this installation or whole addresses. `dedup` names what the message is about (an
    incident), so that receivers put a trigger, an acknowledge and a resolve together. `fields` are labelled facts.
    """

    title: str
    body: str = ""
    url: str = ""
    severity: Severity = "error"
    dedup: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    ack_url: str = ""
    event: Event = "trigger"

    def stored(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "fields": [list(pair) for pair in self.fields]}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Message":
        """Return a message as it was stored."""
        return cls(**{**stored, "fields": tuple((label, value) for label, value in stored.get("fields", ()))})

    @property
    def link(self) -> str:
        """The whole address to read on, or nothing where the installation's own address is not known."""
        return whole(self.url)

    @property
    def ack_link(self) -> str:
        """The whole address under which it is acknowledged, or nothing."""
        return whole(self.ack_url)


def whole(url: str) -> str:
    """Return an address that works outside Plumbline: a path gets PLUMBLINE_URL before it, and is nothing without one."""
    if not url.startswith("/"):
        return url
    return f"{settings.BASE_URL}{url}" if settings.BASE_URL else ""
