"""What the database refuses about modes, whoever asks. Imported with the tables.

A surface's mode moves only together with the newest step on record for it; a step starts where the surface is; and a
step up stands on an approved request for exactly that raise, once.
"""

from governance.ledger.appendonly import guard
from registry.modes.ladder import RUNGS
from registry.modes.models import ModeChange, ModeRaise
from registry.surfaces.models import Surface


def depth(column: str) -> str:
    """Return an SQL expression for how far down a mode is; what is no mode is NULL."""
    return f"CASE {column} " + " ".join(f"WHEN '{rung.value}' THEN {number}" for number, rung in enumerate(RUNGS)) + " END"


APPROVED = (
    "EXISTS (SELECT 1 FROM registry_moderaise r JOIN governance_approvalrequest a ON a.id = r.request_id"
    " WHERE r.request_id = NEW.request_id AND r.surface_id = NEW.surface_id AND r.state = 'asked'"
    " AND r.before = NEW.before AND r.after = NEW.after AND a.state = 'approved' AND a.subject_kind = 'mode'"
    " AND a.subject_id = CAST(r.id AS VARCHAR(40)) AND a.subject_digest = r.digest)"
)
guard(
    "surface_starts_in_normal_mode",
    Surface,
    "INSERT",
    "NEW.mode <> 'normal'",
    "a new surface starts in normal mode",
)
guard(
    "mode_moves_with_its_step",
    Surface,
    "UPDATE",
    "NEW.mode <> OLD.mode AND NOT EXISTS (SELECT 1 FROM registry_modechange m WHERE m.surface_id = NEW.id"
    " AND m.before = OLD.mode AND m.after = NEW.mode"
    " AND m.id = (SELECT MAX(l.id) FROM registry_modechange l WHERE l.surface_id = NEW.id))",
    "the mode of a surface moves only with a step on record",
)
guard(
    "mode_step_starts_where_it_is",
    ModeChange,
    "INSERT",
    "NEW.before <> (SELECT s.mode FROM registry_surface s WHERE s.id = NEW.surface_id)",
    "a step of the mode starts from the mode that holds",
)
guard(
    "raising_needs_approval",
    ModeChange,
    "INSERT",
    f"COALESCE({depth('NEW.after')} > {depth('NEW.before')}, 1 = 0) = (1 = 0) AND NOT " + APPROVED,
    "the mode is raised only with an approved request for exactly that raise",
)
guard(
    "mode_raise_starts_asked",
    ModeRaise,
    "INSERT",
    "NEW.state <> 'asked' OR NEW.request_id IS NOT NULL",
    "a raise starts as a request",
)
guard(
    "mode_raise_keeps_its_terms",
    ModeRaise,
    "UPDATE",
    "NEW.surface_id <> OLD.surface_id OR NEW.before <> OLD.before OR NEW.after <> OLD.after OR NEW.digest <> OLD.digest"
    " OR NEW.requester_id <> OLD.requester_id OR NEW.reason <> OLD.reason"
    " OR (OLD.request_id IS NOT NULL AND (NEW.request_id IS NULL OR NEW.request_id <> OLD.request_id))"
    " OR (OLD.state <> 'asked' AND NEW.state <> OLD.state)",
    "a raise keeps what was asked, and what ended stays ended",
)
guard(
    "mode_raise_done_by_a_step",
    ModeRaise,
    "UPDATE",
    "NEW.state = 'done' AND OLD.state <> 'done'"
    " AND NOT EXISTS (SELECT 1 FROM registry_modechange m WHERE m.request_id = NEW.request_id)",
    "a raise is done by a step of the mode",
)
