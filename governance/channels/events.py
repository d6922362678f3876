"""What the ledger says of channels. Their secrets and what went through them are not in it."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("channel.added", "added the channel {name}", fields=("name", "kind", "team")),
    EventKind("channel.edited", "changed the channel {name}", fields=("name", "kind", "team")),
    EventKind("channel.paused", "paused the channel {name}", fields=("name",), tone="warn"),
    EventKind("channel.resumed", "resumed the channel {name}", fields=("name",)),
    EventKind("channel.retired", "retired the channel {name}", fields=("name",)),
    EventKind("channel.tested", "sent a test to the channel {name}", fields=("name",)),
    EventKind("delivery.again", "had {subject} delivered again to {to}", fields=("to",)),
)
