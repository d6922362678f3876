"""The ledger kinds of controls."""

from governance.ledger.kinds import EventKind, register

register(
    # `turns` are [control, from, to]; the reasons name people, and so stand apart.
    EventKind("control.turned", "saw controls of {subject} turn: {said}", fields=("turns", "said"), personal=("why",)),
)
