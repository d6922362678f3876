"""What the ledger says of framework answers."""

from governance.ledger.kinds import EventKind, register

SAID = ("framework", "item", "status", "surface", "evidence")

register(
    EventKind("framework.answered", "answered {item}: {status}", fields=SAID),
    EventKind("framework.answer_changed", "answered {item} anew: {status}", fields=(*SAID, "before")),
    EventKind("framework.answer_withdrawn", "took back the answer to {item}", fields=(*SAID, "before"), tone="warn"),
)
