"""Pages of drills: the lists, one drill with its clock, and what is done to it."""

from registry.switches.views.doing import CancelDrill, FinishDrill, MoveDrill, PlanDrill, RecordDrill, StartDrill
from registry.switches.views.lists import DrillList, DueList
from registry.switches.views.page import DrillPage

__all__ = [
    "CancelDrill",
    "DrillList",
    "DrillPage",
    "DueList",
    "FinishDrill",
    "MoveDrill",
    "PlanDrill",
    "RecordDrill",
    "StartDrill",
]
