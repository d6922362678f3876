"""What the ledger says of clocks. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

OF = ("incident", "kind", "name")
ROW = ("row", "digest")

register(
    EventKind("clock.started", "started the clock {name} of {incident}", fields=(*OF, "due_at", "limit_seconds", "business")),
    EventKind("clock.set", "set the clock {name} of {incident} anew", fields=(*OF, "due_at", "limit_seconds", "business")),
    EventKind("clock.met", "met the clock {name} of {incident}", fields=(*OF, "due_at", "stopped_at", *ROW), tone="held"),
    EventKind("clock.called_off", "called off the clock {name} of {incident}", fields=(*OF, "due_at", *ROW)),
    EventKind(
        "clock.flagged",
        "flagged {name} on {incident}",
        fields=(*OF, "due_at", "limit_seconds", "business", "source", *ROW),
        tone="warn",
    ),
    EventKind("clock.paused", "paused the clock {name} of {incident}", fields=(*OF, *ROW), tone="warn"),
    EventKind("clock.resumed", "let the clock {name} of {incident} go on", fields=(*OF, "due_at", *ROW)),
    EventKind("clock.warned", "warned that {name} of {incident} is due soon", fields=(*OF, "due_at", *ROW), tone="warn"),
    EventKind("clock.missed", "saw the time for {name} of {incident} run out", fields=(*OF, "due_at", *ROW), tone="stop"),
)
