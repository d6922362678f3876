"""Pages of error budgets: the list, one objective, what is done to it, and a surface's tab."""

from registry.budgets.views.doing import AddObjective, CountEvents, EditObjective, RetireObjective
from registry.budgets.views.reading import ObjectiveList, ObjectivePage, SurfaceBudget

__all__ = [
    "AddObjective",
    "CountEvents",
    "EditObjective",
    "ObjectiveList",
    "ObjectivePage",
    "RetireObjective",
    "SurfaceBudget",
]
