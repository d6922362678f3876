"""What the ledger says of changes."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "change.proposed",
        "proposed revision {number}: {title}",
        fields=("number", "title", "digest", "kinds", "surface", "base", "rollback"),
    ),
    EventKind("change.approved", "revision {number} is approved", fields=("number", "digest"), tone="held"),
    EventKind("change.ended", "the change was {state}", fields=("state", "number")),
    EventKind(
        "change.in_force",
        "revision {number} came into force",
        fields=("number", "digest", "surface", "before"),
        tone="held",
    ),
    EventKind("change.superseded", "revision {number} was followed by another", fields=("number",)),
    EventKind("surface.reviewing", "is waiting for its first approval", fields=("state",)),
    EventKind("surface.in_force", "holds revision {number} now", fields=("number", "digest", "change"), tone="held"),
    EventKind("surface.retired", "retired the surface", fields=("before",), tone="warn"),
)
