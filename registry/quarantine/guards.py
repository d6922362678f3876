"""What the database refuses about quarantines, whoever asks. Imported with the tables.

A quarantine starts active, keeps what it was placed for, and ends once, with an approved request to lift exactly it.
"""

from governance.ledger.appendonly import guard
from registry.quarantine.models import Quarantine, QuarantineLift

APPROVED = (
    "EXISTS (SELECT 1 FROM registry_quarantinelift l JOIN governance_approvalrequest a ON a.id = l.request_id"
    " WHERE l.quarantine_id = NEW.id AND l.state = 'asked' AND a.state = 'approved'"
    " AND a.subject_kind = 'quarantine' AND a.subject_id = CAST(l.id AS VARCHAR(40)) AND a.subject_digest = l.digest)"
)
guard(
    "quarantine_starts_active",
    Quarantine,
    "INSERT",
    "NEW.lifted_at IS NOT NULL",
    "a quarantine starts active",
)
guard(
    "quarantine_keeps_its_terms",
    Quarantine,
    "UPDATE",
    "NEW.kind <> OLD.kind OR NEW.source <> OLD.source OR COALESCE(NEW.endpoint_id, 0) <> COALESCE(OLD.endpoint_id, 0)"
    " OR COALESCE(NEW.tool_id, 0) <> COALESCE(OLD.tool_id, 0) OR COALESCE(NEW.vendor_id, 0) <> COALESCE(OLD.vendor_id, 0)"
    " OR NEW.reason <> OLD.reason OR NEW.by_id <> OLD.by_id OR NEW.since <> OLD.since"
    " OR (OLD.lifted_at IS NOT NULL AND (NEW.lifted_at IS NULL OR NEW.lifted_at <> OLD.lifted_at))",
    "a quarantine keeps what it was placed for, and once lifted stays lifted",
)
guard(
    "lifting_a_quarantine_needs_approval",
    Quarantine,
    "UPDATE",
    "NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL AND NOT " + APPROVED,
    "a quarantine is lifted only with an approved request to lift it",
)
guard("quarantine_stays_on_record", Quarantine, "DELETE", "1 = 1", "a quarantine is never deleted")
guard(
    "quarantine_lift_starts_asked",
    QuarantineLift,
    "INSERT",
    "NEW.state <> 'asked' OR NEW.request_id IS NOT NULL",
    "a lift starts as a request",
)
guard(
    "quarantine_lift_keeps_its_terms",
    QuarantineLift,
    "UPDATE",
    "NEW.quarantine_id <> OLD.quarantine_id OR NEW.digest <> OLD.digest OR NEW.requester_id <> OLD.requester_id"
    " OR NEW.reason <> OLD.reason"
    " OR (OLD.request_id IS NOT NULL AND (NEW.request_id IS NULL OR NEW.request_id <> OLD.request_id))"
    " OR (OLD.state <> 'asked' AND NEW.state <> OLD.state)",
    "a lift keeps what was asked, and what ended stays ended",
)
guard(
    "quarantine_lift_done_by_lifting",
    QuarantineLift,
    "UPDATE",
    "NEW.state = 'done' AND OLD.state <> 'done'"
    " AND NOT EXISTS (SELECT 1 FROM registry_quarantine q WHERE q.id = NEW.quarantine_id AND q.lifted_at IS NOT NULL)",
    "a lift is done by lifting the quarantine",
)
