"""What the ledger says of answers to the board's question. Who asked is the actor; names of people are not in it."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "board.answered",
        "sealed the answer to: {asked}",
        fields=("asked", "question", "digest", "head", "paths", "calls", "not_approved", "whole"),
        tone="held",
    )
)
