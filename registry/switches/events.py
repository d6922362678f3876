"""What the ledger says of drills. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("drill.planned", "planned a drill of the {lever}", fields=("kind", "lever", "planned_on", "led_by", "surface")),
    EventKind("drill.moved", "moved the drill to {planned_on}", fields=("planned_on", "led_by", "surface")),
    EventKind("drill.started", "started the drill", fields=("kind", "surface")),
    EventKind(
        "drill.done",
        "drilled the {lever} in {seconds} seconds: {outcome}",
        fields=("kind", "lever", "seconds", "outcome", "run_at", "surface"),
        tone="held",
    ),
    EventKind("drill.cancelled", "cancelled the drill", fields=("kind", "surface")),
)
