"""What the ledger says of the scorecard."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "scorecard.sealed",
        "sealed the scorecard of {month}",
        fields=("month", "digest", "seq", "stage", "policy_version"),
        tone="held",
    ),
)
