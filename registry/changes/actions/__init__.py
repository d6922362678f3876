"""The only writers of changes: propose, roll back, withdraw, come into force, void, retire; freezes; reviews."""

from registry.changes.actions.ending import retire, withdraw
from registry.changes.actions.freezing import end_freeze, freeze
from registry.changes.actions.opening import RECORD_FIELDS, SOURCE_FIELDS
from registry.changes.actions.proposing import propose, propose_emergency, repropose, roll_back
from registry.changes.actions.reviewing import close_review
from registry.changes.actions.settling import bring_into_force, proceed, settled

__all__ = [
    "RECORD_FIELDS",
    "SOURCE_FIELDS",
    "bring_into_force",
    "close_review",
    "end_freeze",
    "freeze",
    "proceed",
    "propose",
    "propose_emergency",
    "repropose",
    "retire",
    "roll_back",
    "settled",
    "withdraw",
]
