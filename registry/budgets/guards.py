"""What the database refuses about error budgets, whoever asks. Imported with the tables."""

from governance.ledger.appendonly import guard
from registry.budgets.models import BudgetHold, Objective

guard(
    "objective_keeps_its_surface",
    Objective,
    "UPDATE",
    "NEW.surface_id <> OLD.surface_id",
    "an objective keeps its surface",
)
guard(
    "budget_hold_of_its_surface",
    BudgetHold,
    "INSERT",
    "NEW.surface_id <> (SELECT o.surface_id FROM registry_objective o WHERE o.id = NEW.objective_id)",
    "a hold is on the surface of its objective",
)
guard(
    "budget_hold_keeps_what_it_is",
    BudgetHold,
    "UPDATE",
    "NEW.surface_id <> OLD.surface_id OR NEW.objective_id <> OLD.objective_id OR NEW.opened_at <> OLD.opened_at"
    " OR (OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at))",
    "a hold keeps what it is on, and one that is closed stays closed",
)
guard(
    "no_terms_moved_while_held",
    Objective,
    "UPDATE",
    "(NEW.target <> OLD.target OR NEW.window_days <> OLD.window_days OR NEW.expected_events <> OLD.expected_events"
    " OR NEW.source <> OLD.source OR NEW.state <> OLD.state)"
    " AND EXISTS (SELECT 1 FROM registry_budgethold h WHERE h.objective_id = NEW.id AND h.closed_at IS NULL)",
    "what an objective asks for does not change while its spent budget holds",
)
