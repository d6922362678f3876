"""The only writers of mapping sessions: leading them, naming places, and settling what was named."""

from registry.mapping.actions.leading import change, close, invite, plan, start
from registry.mapping.actions.naming import amend, say, take_export, team_again, team_done, withdraw
from registry.mapping.actions.settling import begin, known_as, leave_out, register, reopen, settle_registered

__all__ = [
    "amend",
    "begin",
    "change",
    "close",
    "invite",
    "known_as",
    "leave_out",
    "plan",
    "register",
    "reopen",
    "say",
    "settle_registered",
    "start",
    "take_export",
    "team_again",
    "team_done",
    "withdraw",
]
