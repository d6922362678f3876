"""The only writers of evidence: collect, attach, detach, withdraw, renew."""

from registry.evidence.actions.collecting import collect, renew
from registry.evidence.actions.using import attach, detach, withdraw

__all__ = ["attach", "collect", "detach", "renew", "withdraw"]
