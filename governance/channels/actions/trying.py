"""The test button: a message through a channel, or to a person, on purpose."""

import secrets
from typing import Any

from governance.channels.actions.keeping import locked
from governance.channels.actions.outbox import send
from governance.channels.message import Message
from governance.channels.models import Channel, Delivery
from governance.core.errors import Conflict
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import User

BODY = "Somebody pressed the test button in Plumbline. Nothing has happened, and nothing is to be done."


@action
def try_out(channel: Channel, *, actor: User) -> Delivery:
    """Send a test through a channel; the delivery says how it went. Raises Denied, Conflict while it is not active."""
    channel = locked(channel, actor, None)
    if channel.state != Channel.State.ACTIVE:
        raise Conflict(f"This channel is {channel.get_state_display().lower()}.", fix="Resume it, then try it out.")
    sent = send_test(f"Test of {channel.name}", channel=channel, url=channel.get_absolute_url(), subject=channel)
    journal.record("channel.tested", actor=actor, subject=channel, payload={"name": channel.name})
    return sent


def send_test(title: str, *, url: str, subject: Any, channel: Channel | None = None, person: User | None = None) -> Delivery:
    """Write a test to one channel, or by mail to one person, into the outbox of the caller's action.

    `url` is where the message leads, `subject` what is tried. A pager is told at once that it is over, so that a test
    wakes nobody for long. Whether the caller's actor may is for the caller to ask.
    """
    word = secrets.token_hex(6)
    to: dict[str, Any] = {"channel": channel, "person": person, "kind": "test", "subject": subject}
    message = Message(title=title, body=BODY, url=url, severity="info", dedup=f"plumbline-test-{word}")
    first = send(message, key=f"test:{word}", **to)
    if channel is not None and channel.kind == Channel.Kind.PAGERDUTY:
        ended = Message(title=title, dedup=message.dedup, event="resolve", severity="info")
        send(ended, key=f"test:{word}:over", **to)
    return first
