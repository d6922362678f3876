"""What the ledger says of retention. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

NAMED = ("people", "surfaces", "incidents", "kinds", "until")
register(
    EventKind("legal_hold.placed", "placed the legal hold {subject}", fields=NAMED, tone="held"),
    EventKind("legal_hold.changed", "changed the legal hold {subject}", fields=NAMED),
    EventKind("legal_hold.released", "released the legal hold {subject}"),
    EventKind(
        "retention.expired",
        "let {count} {what} go whose time was over",
        fields=("kind", "what", "count", "tiers", "days", "files"),
    ),
)
