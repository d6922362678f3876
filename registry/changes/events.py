"""What the ledger says of changes."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "change.proposed",
        "proposed revision {number}: {title}",
        fields=("number", "title", "digest", "kinds", "surface", "base", "rollback"),
    ),
    EventKind("change.approved", "completed the approval of revision {number}", fields=("number", "digest"), tone="held"),
    EventKind("change.ended", "ended the change: {state}", fields=("state", "number")),
    EventKind(
        "change.in_force",
        "brought revision {number} into force",
        fields=("number", "digest", "surface", "before"),
        tone="held",
    ),
    EventKind("change.superseded", "let another follow revision {number}", fields=("number",)),
    EventKind("surface.reviewing", "sent it to its first approval", fields=("state",)),
    EventKind(
        "surface.in_force", "made revision {number} the one that holds", fields=("number", "digest", "change"), tone="held"
    ),
    EventKind("surface.retired", "retired the surface", fields=("before",), tone="warn"),
)
