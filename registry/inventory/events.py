"""What the ledger says of inventories. What was drafted of one tells of itself, by its own kinds."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "inventory.read", "read {models} models from {file}", fields=("file", "sort", "digest", "models", "secrets", "vendor")
    ),
    EventKind("inventory.taken", "took over {count} drafts from {file}", fields=("file", "count", "things")),
    EventKind("inventory.discarded", "discarded what {file} says", fields=("file",)),
)
