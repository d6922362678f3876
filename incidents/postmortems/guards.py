"""What the database refuses about postmortems, whoever asks: R11 first of all. Imported with the tables.

An incident closes only with an approved postmortem where one is demanded; a postmortem is approved only by a request for
exactly its digest, and its words do not move after that.
"""

from governance.ledger.appendonly import guard
from incidents.cases.models import Incident
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem, PostmortemCause, PostmortemSection

AGREED = (
    "EXISTS (SELECT 1 FROM governance_approvalrequest a WHERE a.id = NEW.request_id AND a.subject_kind = 'postmortem'"
    " AND a.subject_id = CAST(NEW.id AS VARCHAR(40)) AND a.subject_digest = NEW.digest AND a.state = 'approved')"
)
APPROVED = (
    "EXISTS (SELECT 1 FROM incidents_postmortem p JOIN governance_approvalrequest a ON a.id = p.request_id"
    " WHERE p.incident_id = NEW.id AND p.state = 'approved' AND a.subject_kind = 'postmortem'"
    " AND a.subject_id = CAST(p.id AS VARCHAR(40)) AND a.subject_digest = p.digest AND a.state = 'approved'"
    " AND (NEW.resolved_at IS NULL OR p.approved_at >= NEW.resolved_at))"
)
AT_OR_ABOVE = (
    "EXISTS (SELECT 1 FROM governance_tier t JOIN governance_severity f ON f.key = t.postmortem_from"
    ' JOIN governance_severity s ON s.key = NEW.severity WHERE t.number = NEW.tier AND s."order" <= f."order")'
)
"""The incident's severity is at or above what its tier demands a postmortem from, as policy has it now."""
guard(
    "incident_closes_with_postmortem",
    Incident,
    "UPDATE",
    "NEW.state = 'closed' AND (NEW.postmortem_demanded OR (OLD.state <> 'closed'"
    f" AND NEW.source <> 'import' AND {AT_OR_ABOVE})) AND NOT {APPROVED}",
    "an incident at or above its tier's threshold closes only with an approved postmortem",
)
guard(
    "incident_not_born_closed",
    Incident,
    "INSERT",
    "NEW.state = 'closed' AND (NEW.postmortem_demanded OR NEW.source <> 'import')",
    "only a past incident that is imported begins as closed",
)
guard(
    "postmortem_starts_as_draft",
    Postmortem,
    "INSERT",
    "NEW.state <> 'draft' OR NEW.request_id IS NOT NULL OR NEW.digest <> ''",
    "a postmortem starts as a draft",
)
guard(
    "postmortem_approved_for_its_digest",
    Postmortem,
    "UPDATE",
    f"NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT (OLD.state = 'review' AND {AGREED})",
    "a postmortem is approved only by an approved request for its digest",
)
guard(
    "postmortem_keeps_what_is_decided",
    Postmortem,
    "UPDATE",
    "NEW.incident_id <> OLD.incident_id OR (OLD.state <> 'draft' AND NEW.state <> 'draft' AND (NEW.title <> OLD.title"
    " OR NEW.moments <> OLD.moments OR NEW.content <> OLD.content OR NEW.digest <> OLD.digest"
    " OR NEW.request_id IS NULL OR NEW.request_id <> OLD.request_id))",
    "a postmortem never changes while it is decided on, nor once it is approved",
)
guard(
    "postmortem_stands_while_closed",
    Postmortem,
    "UPDATE",
    "OLD.state = 'approved' AND NEW.state <> 'approved'"
    " AND EXISTS (SELECT 1 FROM incidents_incident i WHERE i.id = NEW.incident_id AND i.state = 'closed')",
    "the postmortem of a closed incident stays approved: reopen the incident first",
)
DECIDED = "EXISTS (SELECT 1 FROM incidents_postmortem p WHERE p.id = NEW.postmortem_id AND p.state <> 'draft')"
for _model, _name in ((PostmortemSection, "section"), (PostmortemCause, "cause")):
    for _event in ("INSERT", "UPDATE", "DELETE"):
        guard(
            f"postmortem_{_name}_fixed_{_event.lower()}",
            _model,
            _event,
            DECIDED.replace("NEW.", "OLD.") if _event == "DELETE" else DECIDED,
            "the texts of a postmortem are fixed once it is put before its approvers",
        )
guard(
    "action_item_over_stays_over",
    ActionItem,
    "UPDATE",
    "OLD.state IN ('verified', 'dropped') AND NEW.state <> OLD.state",
    "an action item that is over stays over: write a new one",
)
guard(
    "eval_case_first_run_stays",
    EvalCaseRequest,
    "UPDATE",
    "OLD.first_run_id IS NOT NULL AND (NEW.first_run_id IS NULL OR NEW.first_run_id <> OLD.first_run_id)",
    "the first run of a case is known for good",
)
