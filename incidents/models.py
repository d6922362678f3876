"""All tables of incidents: a feature's models take this app's label once they are imported here."""

from incidents.cases.models import (
    Attachment,
    Communication,
    Incident,
    IncidentEndpoint,
    IncidentSurface,
    TimelineEntry,
)
from incidents.filing.models import Report, ReportLink, Signal, SignalGroup

__all__ = [
    "Attachment",
    "Communication",
    "Incident",
    "IncidentEndpoint",
    "IncidentSurface",
    "Report",
    "ReportLink",
    "Signal",
    "SignalGroup",
    "TimelineEntry",
]
