"""What the ledger says of observations: hours that were sealed, and what was matched again. Single calls it never names."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "usage.rematched",
        "matched {calls} observed calls again",
        fields=("calls", "since", "until", "whole_hours", "because"),
    ),
    EventKind(
        "usage.hour_sealed",
        "sealed the {observations} observations received in {hour}",
        fields=("hour", "batches", "observations", "digest"),
    ),
)
