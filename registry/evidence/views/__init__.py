"""Pages of evidence: the list, one piece, its file, collecting, attaching, renewing, withdrawing."""

from registry.evidence.views.collecting import Attach, Collect, Renew
from registry.evidence.views.page import Detach, EvidenceFile, EvidenceList, EvidencePage, Withdraw

__all__ = ["Attach", "Collect", "Detach", "EvidenceFile", "EvidenceList", "EvidencePage", "Renew", "Withdraw"]
