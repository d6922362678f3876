"""What the ledger says of surfaces. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("surface.registered", "registered {name}", fields=("name", "tier", "team", "owner", "source")),
    EventKind("surface.changed", "changed the facts", fields=()),
    EventKind("surface.tier_set", "set the tier to {tier}", fields=("tier", "before", "minimum", "suggested")),
    EventKind("surface.moved", "moved it from {before} to {state}", fields=("before", "state")),
    EventKind("surface.owner_set", "gave it another owner", fields=("to", "before")),
    EventKind("surface.raci_set", "set who decides on {decision}", fields=("decision", "R", "A", "C", "I")),
    EventKind("surface.raci_reset", "went back to the default RACI for {decision}", fields=("decision",)),
    EventKind("surface.shared", "shared it with {whom}, {permission}", fields=("with", "whom", "permission")),
    EventKind("surface.unshared", "no longer shares it with {whom}", fields=("with", "whom", "permission")),
    EventKind("transfer.asked", "asked somebody to take it over", fields=("to", "before"), tone="warn"),
    EventKind("transfer.accepted", "took it over", fields=("to", "before"), tone="held"),
    EventKind("transfer.declined", "declined to take it over", fields=("to",)),
    EventKind("transfer.withdrawn", "took the hand-over back", fields=("to",)),
    EventKind("draft.begun", "began to draft a contract", fields=("base",)),
    EventKind("draft.saved", "saved the draft of the contract", fields=("parts",)),
    EventKind("draft.discarded", "discarded the draft of the contract"),
    EventKind("registration.begun", "began to register a surface"),
    EventKind("registration.kept", "answered {step} of a registration", fields=("step",)),
    EventKind("registration.discarded", "discarded a registration that was not finished"),
)
