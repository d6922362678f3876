"""What the ledger says of changes."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "change.proposed",
        "proposed revision {number}: {title}",
        fields=("number", "title", "digest", "kinds", "surface", "base", "rollback"),
    ),
    EventKind("change.approved", "completed the approval of revision {number}", fields=("number", "digest", "held"), tone="held"),
    EventKind("change.ended", "ended the change: {state}", fields=("state", "number")),
    EventKind("change.voided", "voided the approval of revision {number}: {why}", fields=("number", "why"), tone="warn"),
    EventKind("change.unused", "let the approval of revision {number} expire: {why}", fields=("number", "why"), tone="warn"),
    EventKind(
        "change.in_force",
        "brought revision {number} into force",
        fields=("number", "digest", "surface", "before", "unmet", "waived_by"),
        tone="held",
    ),
    EventKind("change.superseded", "let another follow revision {number}", fields=("number",)),
    EventKind("surface.reviewing", "sent it to its first approval", fields=("state",)),
    EventKind(
        "surface.in_force", "made revision {number} the one that holds", fields=("number", "digest", "change"), tone="held"
    ),
    EventKind("surface.retired", "retired the surface", fields=("before",), tone="warn"),
    EventKind(
        "freeze.declared", "declared the freeze {name}", fields=("name", "starts_at", "ends_at", "tiers", "teams"), tone="warn"
    ),
    EventKind("freeze.ended", "ended the freeze {name} early", fields=("name",)),
    EventKind(
        "emergency.review_owed",
        "opened the review of the emergency {change}",
        fields=("change", "due_at", "number"),
        tone="warn",
    ),
    EventKind("emergency.reviewed", "reviewed the emergency {change}: {outcome}", fields=("change", "outcome")),
)
