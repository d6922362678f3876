"""What the ledger says of its own verification."""

from governance.ledger.kinds import EventKind, register

SEEN = ("entries", "rows", "files", "checkpoints", "problems", "accepted", "gone", "root", "older", "verification")

register(
    EventKind("ledger.verified", "verified all {entries} entries and {rows} rows: everything holds", fields=SEEN, tone="held"),
    EventKind(
        "ledger.not_verified",
        "verified all {entries} entries and {rows} rows: {problems} things do not hold",
        fields=SEEN,
        tone="stop",
    ),
    EventKind(
        "ledger.finding_accepted",
        "took responsibility for {count} findings of {verification}",
        fields=("count", "verification", "marks", "what"),
        tone="warn",
    ),
    EventKind(
        "ledger.bound_later",
        "bound {count} rows that older versions wrote without binding them",
        fields=("count", "models", "done"),
        tone="held",
    ),
)
