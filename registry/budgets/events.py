"""What the ledger says of error budgets. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

TERMS = ("name", "target", "window_days", "expected_events", "source", "suite", "owner", "surface")

register(
    EventKind("objective.added", "set the objective {name}: {target} good over {window_days} days", fields=TERMS, tone="held"),
    EventKind("objective.changed", "changed the objective {name}", fields=TERMS),
    EventKind("objective.owner_set", "gave the objective another owner", fields=("to", "before", "surface")),
    EventKind("objective.retired", "retired the objective {name}", fields=("name", "surface"), tone="warn"),
    EventKind(
        "budget.counted", "counted {bad} bad and {good} good events from {ref}", fields=("good", "bad", "ref", "key", "surface")
    ),
    EventKind(
        "budget.sealed",
        "sealed what was counted on {day}: {bad} bad and {good} good events",
        fields=("day", "good", "bad", "events", "digest", "surface"),
    ),
    EventKind(
        "budget.spent",
        "used up the error budget of {objective}: {bad} bad events, {allowed} allowed",
        fields=("objective", "bad", "allowed", "spent", "surface", "hold"),
        tone="stop",
    ),
    EventKind(
        "budget.recovered",
        "has error budget again for {objective}",
        fields=("objective", "bad", "allowed", "spent", "surface", "hold"),
        tone="held",
    ),
    EventKind(
        "budget.burning",
        "uses up the error budget of {objective} {rate} times too fast",
        fields=("objective", "rate", "pair", "level", "surface"),
        tone="warn",
    ),
    EventKind(
        "budget.calmed", "no longer uses up the error budget of {objective} too fast", fields=("objective", "pair", "surface")
    ),
)
