"""What the ledger says of running an incident. People appear by reference only, and of texts that they changed."""

from governance.ledger.kinds import EventKind, register
from incidents.cases.events import ROW

_JUDGED = ("severity", "before", "proposed", "user_harm", "blast_radius", "tier", "postmortem")

register(
    EventKind("incident.acknowledged", "acknowledged {subject}", fields=("via", "before", *ROW), tone="held"),
    EventKind("incident.triaged", "triaged {subject} as {severity}", fields=(*_JUDGED, "category", "surface", *ROW), tone="warn"),
    EventKind("incident.severity_set", "set the severity of {subject} to {severity}", fields=(*_JUDGED, *ROW), tone="warn"),
    EventKind("incident.moved", "moved {subject} from {before} to {state}", fields=("before", "state", *ROW)),
    EventKind("incident.mitigated", "saw the harm of {subject} end", fields=("before", *ROW), tone="held"),
    EventKind("incident.resolved", "resolved {subject}", fields=("before", "state", *ROW), tone="ok"),
    EventKind("incident.reopened", "reopened {subject}", fields=("before", "state", *ROW), tone="stop"),
    EventKind("incident.role_named", "named the {role} of {subject}", fields=("role", "person", "before", *ROW)),
    EventKind("incident.edited", "changed what {subject} says", fields=("seen", *ROW)),
    EventKind("incident.affected", "said what {subject} touches", fields=("surfaces", "endpoints", "added", "removed", *ROW)),
    EventKind("incident.reporter_forgotten", "erased who reported {subject}"),
    EventKind("communication.drafted", "drafted a message to {audience}", fields=("audience", "incident")),
    EventKind("communication.edited", "changed the draft of a message to {audience}", fields=("audience", "incident")),
    EventKind("communication.sent", "sent a message to {audience}", fields=("audience", "incident", "digest"), tone="held"),
    EventKind("communication.discarded", "discarded the draft of a message to {audience}", fields=("audience", "incident")),
)
