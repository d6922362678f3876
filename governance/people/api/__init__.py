"""People over REST: the same queries, filters and actions as the pages."""

from governance.people.api.accounts import InvitationApi, PersonApi, ServiceApi, SessionApi, TokenApi
from governance.people.api.structure import DelegationApi, HoldingApi, PositionApi, TeamApi

__all__ = [
    "DelegationApi",
    "HoldingApi",
    "InvitationApi",
    "PersonApi",
    "PositionApi",
    "ServiceApi",
    "SessionApi",
    "TeamApi",
    "TokenApi",
]
