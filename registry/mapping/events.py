"""What the ledger says of mapping sessions. People appear by reference only; what a team wrote stays in the line."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "mapping.planned", "planned the mapping session {name}", fields=("name", "facilitator", "teams", "planned_at", "minutes")
    ),
    EventKind("mapping.changed", "changed the mapping session {name}", fields=("name", "facilitator", "planned_at", "minutes")),
    EventKind("mapping.invited", "invited {team}", fields=("team",)),
    EventKind("mapping.started", "started the hour", fields=("minutes", "teams"), tone="held"),
    EventKind(
        "mapping.closed",
        "closed the session: {registered} registered, {known} known already, {left} left out, {open} still open",
        fields=("registered", "known", "left", "open", "lines", "teams_done", "teams"),
        tone="held",
    ),
    EventKind("mapping.named", "named {what}", fields=("what", "team", "origin", "product")),
    EventKind("mapping.amended", "corrected {what}", fields=("what",)),
    EventKind("mapping.withdrawn", "took {what} back", fields=("what",)),
    EventKind("mapping.team_done", "said that {team} has named everything", fields=("team",)),
    EventKind("mapping.team_again", "opened the list of {team} again", fields=("team",)),
    EventKind(
        "mapping.export_taken",
        "brought in an export: {found} known products in {rows} rows",
        fields=("kind", "found", "rows", "unknown", "sha256", "columns"),
    ),
    EventKind("mapping.drafted", "began to register {what}", fields=("what",)),
    EventKind("mapping.registered", "registered {what} as {surface}", fields=("what", "surface"), tone="held"),
    EventKind("mapping.known", "said that {what} is {surface}", fields=("what", "surface")),
    EventKind("mapping.left", "left {what} out", fields=("what",)),
    EventKind("mapping.reopened", "opened {what} again", fields=("what", "before")),
)
