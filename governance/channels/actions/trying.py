"""The test button: a message through a channel, on purpose."""

import secrets

from governance.channels.actions.keeping import locked
from governance.channels.actions.outbox import send
from governance.channels.message import Message
from governance.channels.models import Channel, Delivery
from governance.core.errors import Conflict
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import User


@action
def try_out(channel: Channel, *, actor: User) -> Delivery:
    """Send a test through a channel; the delivery says how it went. Raises Denied, Conflict while it is not active."""
    channel = locked(channel, actor, None)
    if channel.state != Channel.State.ACTIVE:
        raise Conflict(f"This channel is {channel.get_state_display().lower()}.", fix="Resume it, then try it out.")
    word = secrets.token_hex(4)
    message = Message(
        title=f"Test of {channel.name}",
        body="Somebody pressed the test button in Plumbline. Nothing has happened, and nothing is to be done.",
        url=channel.get_absolute_url(),
        severity="info",
        dedup=f"plumbline-test-{channel.key}-{word}",
    )
    first = send(message, channel=channel, key=f"test:{channel.pk}:{word}", kind="test", subject=channel)
    if channel.kind == Channel.Kind.PAGERDUTY:  # a test must not wake anybody for long
        ended = Message(title=message.title, dedup=message.dedup, event="resolve", severity="info")
        send(ended, channel=channel, key=f"test:{channel.pk}:{word}:over", kind="test", subject=channel)
    journal.record("channel.tested", actor=actor, subject=channel, payload={"name": channel.name})
    return first
