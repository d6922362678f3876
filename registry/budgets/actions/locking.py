"""Objectives held until the transaction ends: whoever counts or changes one does so alone."""

from governance.ledger import transitions
from registry.budgets.models import BudgetHold, Objective


def locked(objective: Objective, expected_version: int | None) -> Objective:
    """Return an objective as it stands now, held until the transaction ends. Raises StaleState when it was changed."""
    rows = Objective.objects.select_for_update(of=("self",)).select_related("surface__owner", "surface__team__lead", "owner")
    now = rows.select_related("suite").get(pk=objective.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def is_held(objective: Objective) -> bool:
    """Whether its spent budget holds now."""
    return BudgetHold.objects.filter(objective=objective, closed_at__isnull=True).exists()
