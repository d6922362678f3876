"""What the ledger says of sources. Tokens appear by name, never with their secret."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("usage.source_made", "made the source {name} of observations", fields=("name", "reach", "owner", "account")),
    EventKind("usage.source_changed", "changed the source {name}", fields=("name",)),
    EventKind("usage.source_given", "gave the source {name} to another owner", fields=("name", "to")),
    EventKind("usage.source_token", "made a new token for the source {name}", fields=("name", "until", "replaces")),
    EventKind("usage.source_retired", "retired the source {name}: it sends no more", fields=("name",), tone="warn"),
    EventKind("usage.source_revived", "took the source {name} up again", fields=("name", "until")),
)
