"""Pages of mapping sessions."""

from registry.mapping.views.lines import AmendLine, BeginLine, KnownLine, LeaveLine, RegisterLine, ReopenLine, WithdrawLine
from registry.mapping.views.sessions import (
    ChangeSession,
    CloseSession,
    InviteTeam,
    PlanSession,
    SessionList,
    SessionPage,
    StartSession,
)
from registry.mapping.views.teams import TakeExport, TeamDone, TeamPage

__all__ = [
    "AmendLine",
    "BeginLine",
    "ChangeSession",
    "CloseSession",
    "InviteTeam",
    "KnownLine",
    "LeaveLine",
    "PlanSession",
    "RegisterLine",
    "ReopenLine",
    "SessionList",
    "SessionPage",
    "StartSession",
    "TakeExport",
    "TeamDone",
    "TeamPage",
    "WithdrawLine",
]
