"""What the ledger says of access reviews. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "access_review.opened", "opened a review of {lines} lines of access", fields=("lines", "reviewer", "due_on", "sources")
    ),
    EventKind(
        "access_review.decided", "{verdict} in the access review: {what}", fields=("verdict", "what", "person", "source", "line")
    ),
    EventKind("access_review.handed_over", "handed the access review over", fields=("reviewer",)),
    EventKind(
        "access_review.closed",
        "closed the access review: {confirmed} confirmed, {revoked} revoked",
        fields=("confirmed", "revoked", "gone", "digest"),
        tone="held",
    ),
    EventKind("access_review.cancelled", "called the access review off"),
)
