"""All tables of incidents: a feature's models take this app's label once they are imported here."""

import incidents.postmortems.guards  # noqa: F401 - what the database refuses
from incidents.alerts.models import Alert, AlertNotice
from incidents.cases.models import (
    Attachment,
    Communication,
    Incident,
    IncidentEndpoint,
    IncidentSurface,
    TimelineEntry,
)
from incidents.clocks.models import Clock
from incidents.filing.models import Report, ReportLink, Signal, SignalGroup
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem, PostmortemCause, PostmortemSection

__all__ = [
    "ActionItem",
    "Alert",
    "AlertNotice",
    "Attachment",
    "Clock",
    "Communication",
    "EvalCaseRequest",
    "Incident",
    "IncidentEndpoint",
    "IncidentSurface",
    "Postmortem",
    "PostmortemCause",
    "PostmortemSection",
    "Report",
    "ReportLink",
    "Signal",
    "SignalGroup",
    "TimelineEntry",
]
