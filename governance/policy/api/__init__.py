"""Policy by REST: versions, drafts, and the rows that hold now."""

from governance.policy.api.drafts import DraftApi
from governance.policy.api.rows import CategoryApi, DataClassApi, RouteApi, TierApi
from governance.policy.api.versions import VersionApi

__all__ = ["CategoryApi", "DataClassApi", "DraftApi", "RouteApi", "TierApi", "VersionApi"]
