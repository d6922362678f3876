"""What the ledger says of evidence. Titles, names and links may name people, so they can be erased; hashes stay."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "evidence.collected",
        "collected {subject} as evidence",
        fields=("kind", "digest", "size", "media_type", "record", "expires_on", "renews"),
        personal=("title", "link", "file_name"),
        tone="held",
    ),
    EventKind(
        "evidence.attached",
        "attached {evidence} to {control} of {surface}",
        fields=("evidence", "control", "surface", "until"),
        tone="held",
    ),
    EventKind(
        "evidence.detached", "took {evidence} off {control} of {surface}", fields=("evidence", "control", "surface"), tone="warn"
    ),
    EventKind("evidence.withdrawn", "withdrew {subject}, which served {uses}", fields=("uses",), tone="stop"),
    EventKind("evidence.renewed", "renewed {subject} by {by}", fields=("by", "uses", "left")),
)
