"""What the ledger says of quarantines. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

THING = ("what", "thing", "quarantine", "incident")

register(
    EventKind(
        "quarantine.placed",
        "put {what} {thing} in quarantine for every surface",
        fields=(*THING, "standing", "surfaces", "stopping"),
        tone="stop",
    ),
    EventKind("quarantine.lift_asked", "asked to lift the quarantine of {thing}", fields=(*THING, "digest"), tone="warn"),
    EventKind(
        "quarantine.lift_closed", "closed the request to lift the quarantine of {thing}: {state}", fields=(*THING, "state")
    ),
    EventKind("quarantine.lifted", "lifted the quarantine of {thing}", fields=(*THING, "approval", "surfaces"), tone="held"),
)
