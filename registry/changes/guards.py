"""What the database refuses about changes, whoever asks: R6 down to the row. Imported with the tables."""

from governance.ledger.appendonly import guard
from registry.changes.models import Change, Clearance, EmergencyReview, InForce
from registry.exceptions.keys import BUDGET
from registry.surfaces.models import Surface

APPROVED = (
    "EXISTS (SELECT 1 FROM registry_change c"
    " JOIN governance_approvalrequest a ON a.id = c.request_id"
    " JOIN registry_revision r ON r.id = c.revision_id"
    " WHERE c.revision_id = {revision} AND c.surface_id = {surface} AND r.surface_id = {surface}"
    " AND a.state = 'approved' AND a.subject_digest = r.digest)"
)
guard(
    "in_force_needs_approval",
    Surface,
    "UPDATE",
    "NEW.in_force_id IS NOT NULL AND (OLD.in_force_id IS NULL OR OLD.in_force_id <> NEW.in_force_id) AND NOT "
    + APPROVED.format(revision="NEW.in_force_id", surface="NEW.id"),
    "a revision comes into force only when its change is approved for its hash",
)
guard(
    "surface_starts_without_revision",
    Surface,
    "INSERT",
    "NEW.in_force_id IS NOT NULL",
    "a new surface has no revision in force",
)
guard(
    "in_force_record_needs_approval",
    InForce,
    "INSERT",
    "NEW.revision_id IS NOT NULL AND NOT " + APPROVED.format(revision="NEW.revision_id", surface="NEW.surface_id"),
    "a revision comes into force only when its change is approved for its hash",
)

CLEARED = (
    "EXISTS (SELECT 1 FROM registry_clearance k JOIN registry_change c ON c.id = k.change_id"
    " WHERE k.revision_id = {revision} AND k.surface_id = {surface} AND c.state = 'in_force')"
)
guard(
    "in_force_needs_clearance",
    Surface,
    "UPDATE",
    "NEW.in_force_id IS NOT NULL AND (OLD.in_force_id IS NULL OR OLD.in_force_id <> NEW.in_force_id) AND NOT "
    + CLEARED.format(revision="NEW.in_force_id", surface="NEW.id"),
    "a revision comes into force only with a clearance of its change",
)
guard(
    "in_force_record_needs_clearance",
    InForce,
    "INSERT",
    "NEW.revision_id IS NOT NULL AND NOT " + CLEARED.format(revision="NEW.revision_id", surface="NEW.surface_id"),
    "a revision comes into force only with a clearance of its change",
)
guard(
    "change_in_force_needs_clearance",
    Change,
    "UPDATE",
    "NEW.state = 'in_force' AND OLD.state <> 'in_force'"
    " AND NOT EXISTS (SELECT 1 FROM registry_clearance k WHERE k.change_id = NEW.id)",
    "a change comes into force only with a clearance",
)
guard(
    "change_keeps_what_it_is",
    Change,
    "UPDATE",
    "NEW.surface_id <> OLD.surface_id OR NEW.revision_id <> OLD.revision_id OR NEW.requester_id <> OLD.requester_id"
    " OR NEW.is_rollback <> OLD.is_rollback OR NEW.is_emergency <> OLD.is_emergency OR NEW.widens <> OLD.widens"
    " OR (OLD.request_id IS NOT NULL AND (NEW.request_id IS NULL OR NEW.request_id <> OLD.request_id))"
    " OR (OLD.state = 'in_force' AND NEW.state NOT IN ('in_force', 'superseded'))"
    " OR (OLD.state NOT IN ('proposed', 'approved', 'in_force') AND NEW.state <> OLD.state)",
    "a change keeps its surface, revision, requester and kind, and what ended stays ended",
)
guard(
    "change_starts_proposed",
    Change,
    "INSERT",
    "NEW.state <> 'proposed'",
    "a change starts as a proposal",
)
guard(
    "clearance_of_its_own_change",
    Clearance,
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM registry_change c JOIN governance_approvalrequest a ON a.id = c.request_id"
    " WHERE c.id = NEW.change_id AND c.surface_id = NEW.surface_id AND c.revision_id = NEW.revision_id"
    " AND c.state = 'approved' AND a.state = 'approved' AND (NEW.waived_by = ''"
    " OR (NEW.waived_by = 'emergency' AND c.is_emergency) OR (NEW.waived_by = 'rollback' AND c.is_rollback)))",
    "a clearance is for an approved change, and waived only by what the change is",
)
COVERS = (
    "(NOT EXISTS (SELECT 1 FROM registry_freezescope s WHERE s.window_id = f.id AND s.{part} IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM registry_freezescope s WHERE s.window_id = f.id AND s.{part} = {value}))"
)
guard(
    "no_clearance_in_a_freeze",
    Clearance,
    "INSERT",
    "NEW.waived_by = '' AND EXISTS (SELECT 1 FROM registry_freezewindow f"  # noqa: S608 - fixed words
    " JOIN registry_change c ON c.id = NEW.change_id JOIN registry_surface p ON p.id = c.surface_id"
    " JOIN registry_revision r ON r.id = c.revision_id"
    " WHERE f.starts_at <= NEW.at AND f.ends_at > NEW.at AND f.ended_at IS NULL AND NOT c.is_emergency AND NOT c.is_rollback"
    f" AND {COVERS.format(part='tier', value='r.tier')} AND {COVERS.format(part='team_id', value='p.team_id')})",
    "nothing comes into force while a freeze window holds it, save emergencies and rollbacks",
)
guard(
    "no_clearance_on_a_spent_budget",
    Clearance,
    "INSERT",
    "EXISTS (SELECT 1 FROM registry_budgethold h WHERE h.surface_id = NEW.surface_id"  # noqa: S608 - fixed words
    " AND h.opened_at <= NEW.at AND (h.closed_at IS NULL OR h.closed_at > NEW.at))"
    " AND EXISTS (SELECT 1 FROM registry_change c WHERE c.id = NEW.change_id"
    " AND c.widens AND NOT c.is_emergency AND NOT c.is_rollback)"
    " AND NOT EXISTS (SELECT 1 FROM registry_exceptionsurface s JOIN registry_controlexception x ON x.id = s.exception_id"
    " WHERE s.surface_id = NEW.surface_id AND x.active_at <= NEW.at AND x.ends_at >= NEW.at"
    f" AND (x.ended_at IS NULL OR x.ended_at > NEW.at) AND CAST(x.controls AS TEXT) LIKE '%\"{BUDGET}\"%')",
    "nothing that widens what holds comes into force on a spent error budget without an exception",
)
guard(
    "emergency_review_by_another",
    EmergencyReview,
    "UPDATE",
    "NEW.state = 'closed' AND EXISTS (SELECT 1 FROM registry_change c WHERE c.id = NEW.change_id"
    " AND (c.requester_id = NEW.reviewer_id OR EXISTS (SELECT 1 FROM governance_approvalstep s"
    " WHERE s.request_id = c.request_id AND s.filled_by_id = NEW.reviewer_id)))",
    "an emergency is reviewed by somebody who neither asked for it nor let it through",
)
guard(
    "emergency_review_stays_closed",
    EmergencyReview,
    "UPDATE",
    "OLD.state = 'closed' OR NEW.change_id <> OLD.change_id OR NEW.due_at <> OLD.due_at",
    "a closed review stays as it is, and its deadline does not move",
)
