"""What the ledger says of documents."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "document.made",
        "made {title}, number {number}",
        fields=("title", "number", "document", "subject", "source", "file", "pages", "certificate", "unsigned"),
        tone="held",
    ),
    EventKind(
        "certificate.used",
        "began to sign documents with the certificate {fingerprint}",
        fields=("fingerprint", "subject", "until", "own"),
        tone="held",
    ),
)
