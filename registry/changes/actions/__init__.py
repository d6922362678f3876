"""The only writers of changes: propose, roll back, withdraw, come into force, retire."""

from registry.changes.actions.proposing import RECORD_FIELDS, propose, roll_back
from registry.changes.actions.settling import bring_into_force, retire, settled, withdraw

__all__ = ["RECORD_FIELDS", "bring_into_force", "propose", "retire", "roll_back", "settled", "withdraw"]
