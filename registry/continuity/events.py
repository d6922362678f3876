"""What the ledger says of continuity plans and their drills. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

PLAN = ("thing", "owner", "next_drill_on", "drill_every_days")
DRILL = ("thing", "plan", "scenario", "planned_on", "led_by")

register(
    EventKind("continuity.planned", "wrote down what we would do without {thing}", fields=PLAN),
    EventKind("continuity.changed", "changed what we would do without {thing}", fields=PLAN),
    EventKind("continuity.given", "gave the plan for {thing} to another person", fields=(*PLAN, "before")),
    EventKind("continuity.retired", "retired the plan for {thing}", fields=PLAN),
    EventKind("continuity.drill_planned", "planned a drill of a day without {thing} for {planned_on}", fields=DRILL),
    EventKind(
        "continuity.drilled",
        "drilled a day without {thing}: {going_on} surfaces would go on, {stopping} would stop",
        fields=(*DRILL, "outcome", "going_on", "stopping", "seconds", "stopped", "run_at"),
        tone="warn",
    ),
    EventKind("continuity.drill_cancelled", "called off the drill of a day without {thing}", fields=DRILL),
)
