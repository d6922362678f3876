"""Pages of the register: the list, the heat map, one risk, what is done to it, and the tab of a surface."""

from registry.risks.views.acting import (
    Accept,
    AddRisk,
    AttachEvidence,
    ChangeOwner,
    Close,
    DetachEvidence,
    DraftAreas,
    EditRisk,
    LinkSurface,
    Reopen,
    Review,
    UnlinkSurface,
)
from registry.risks.views.reading import HeatMap, RiskList, RiskPage, SurfaceRisks

__all__ = [
    "Accept",
    "AddRisk",
    "AttachEvidence",
    "ChangeOwner",
    "Close",
    "DetachEvidence",
    "DraftAreas",
    "EditRisk",
    "HeatMap",
    "LinkSurface",
    "Reopen",
    "Review",
    "RiskList",
    "RiskPage",
    "SurfaceRisks",
    "UnlinkSurface",
]
