"""Closes an incident. R11 is decided here, and held by the database as well."""

from governance.core import clock
from governance.core.errors import Conflict, StaleState
from governance.core.verdict import Verdict, require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases.models import Incident, IncidentState, TimelineEntry
from incidents.postmortems import demands, queries, rules
from incidents.postmortems.actions.locking import incident_now, told_on_timeline
from incidents.postmortems.models import Postmortem
from incidents.running import queries as running
from incidents.running import rules as running_rules
from incidents.running.actions.common import follow


@action
def close(incident: Incident, *, actor: User, reason: str = "", expected_version: int | None = None) -> Incident:
    """Close an incident that is resolved. Action items that are still to do stay tracked until they are verified.

    R11: at or above its tier's threshold it closes only with an approved postmortem. Raises Denied by role, Conflict
    (code "postmortem") while that is missing, StaleState when it is closed or was changed meanwhile.
    """
    incident = incident_now(incident, expected_version)
    if incident.state == IncidentState.CLOSED:
        raise StaleState(f"{incident.key} is closed already.", fix="Reload it to see who closed it.")
    postmortem = queries.of_incident(incident)
    require(running_rules.may_respond(actor, incident, running.standing(actor, incident)))
    verdict = standing(incident)
    if not verdict:
        raise Conflict(verdict.reason, fix=verdict.fix, code="postmortem")
    approved = postmortem if postmortem is not None and postmortem.state == Postmortem.State.APPROVED else None
    said = f"Closed: {reason.strip()}" if reason.strip() else "Closed."
    told = {"postmortem": approved.key if approved else "", "content": approved.digest if approved else ""}
    told |= told_on_timeline(incident, actor=actor, kind=TimelineEntry.Kind.STATE, text=said)
    closed = transitions.change(
        incident,
        actor=actor,
        kind="incident.closed",
        changes={"state": IncidentState.CLOSED, "closed_at": clock.now()},
        expected={"state": (IncidentState.RESOLVED, IncidentState.POSTMORTEM)},
        payload=told,
        touches=incident.ledger_touches,
        reason=reason,
    )
    follow(closed, actor)
    return closed


def standing(incident: Incident) -> Verdict:
    """Return whether an incident can close as it stands, and if not, why (R11)."""
    postmortem = queries.of_incident(incident)
    demanded = demands.demanded(incident)
    return rules.closable(incident, postmortem, demanded=demanded, why=demands.threshold(incident) if demanded else "")
