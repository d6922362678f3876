"""Pages of continuity: the lists, a plan, a drill, the tabs of vendors and endpoints, and what is done to them."""

from registry.continuity.views.doing import AddPlan, CancelDrill, ChangePlan, PlanDrill, RetirePlan, RunDrill, RunNow
from registry.continuity.views.reading import (
    DrillPage,
    EndpointContinuity,
    PlanList,
    PlanPage,
    UncoveredList,
    VendorContinuity,
)

__all__ = [
    "AddPlan",
    "CancelDrill",
    "ChangePlan",
    "DrillPage",
    "EndpointContinuity",
    "PlanDrill",
    "PlanList",
    "PlanPage",
    "RetirePlan",
    "RunDrill",
    "RunNow",
    "UncoveredList",
    "VendorContinuity",
]
