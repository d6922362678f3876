"""What the ledger says of its own keys and of entries that were accepted."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("ledger.key_made", "made the ledger's first key, {key}", fields=("key", "vkey"), tone="held"),
    EventKind("ledger.key_announced", "announced the ledger's new key, {key}", fields=("key", "vkey", "before"), tone="warn"),
    EventKind("ledger.key_retired", "retired the ledger's key {key} after checkpoint {until}", fields=("key", "until")),
    EventKind(
        "ledger.accepted", "accepted entries {first} to {last} to be sealed", fields=("first", "last", "digest"), tone="stop"
    ),
)
