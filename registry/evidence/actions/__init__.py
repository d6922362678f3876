"""The only writers of evidence: collect, attach, detach, withdraw, renew; and of the contents of files."""

from registry.evidence.actions.collecting import collect, recorded, renew
from registry.evidence.actions.using import attach, detach, withdraw

__all__ = ["attach", "collect", "detach", "recorded", "renew", "withdraw"]
