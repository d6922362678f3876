"""What the ledger says of the gate."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "gate.checked",
        "asked the gate of {surface}: {answer}",
        fields=("surface", "answer", "passed", "revision", "digest", "reasons", "limits", "runs", "commit"),
    )
)
