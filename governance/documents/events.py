"""What the ledger says of documents."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "document.made",
        "made {title}, number {number}",
        fields=("title", "number", "document", "subject", "source", "file", "pages"),
        tone="held",
    ),
)
