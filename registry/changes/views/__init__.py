"""Pages of changes, one file for each thing that is done."""

from registry.changes.views.emergencies import CloseReview, EmergencyList
from registry.changes.views.freezes import EndFreeze, Freeze, FreezeList, FreezePage
from registry.changes.views.lanes import Lanes
from registry.changes.views.page import Again, ChangeList, ChangePage, Start, TakeBack
from registry.changes.views.proposing import Propose, ProposeEmergency, Retire, RollBack

__all__ = [
    "Again",
    "ChangeList",
    "ChangePage",
    "CloseReview",
    "EmergencyList",
    "EndFreeze",
    "Freeze",
    "FreezeList",
    "FreezePage",
    "Lanes",
    "Propose",
    "ProposeEmergency",
    "Retire",
    "RollBack",
    "Start",
    "TakeBack",
]
