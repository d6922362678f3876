"""What the ledger says of modes. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

STEP = ("before", "after", "step", "standing", "fallback", "drill")

register(
    EventKind("mode.lowered", "lowered the mode from {before} to {after}", fields=STEP, tone="stop"),
    EventKind("mode.raised", "raised the mode from {before} to {after}", fields=(*STEP, "approval"), tone="held"),
    EventKind(
        "mode.raise_asked",
        "asked to raise the mode from {before} to {after}",
        fields=("before", "after", "digest", "surface"),
        tone="warn",
    ),
    EventKind(
        "mode.raise_closed", "closed the request to raise the mode: {state}", fields=("state", "before", "after", "surface")
    ),
)
