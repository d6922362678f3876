"""All tables of incidents: a feature's models take this app's label once they are imported here."""

from incidents.cases.models import (
    Attachment,
    Communication,
    Incident,
    IncidentEndpoint,
    IncidentSurface,
    TimelineEntry,
)

__all__ = [
    "Attachment",
    "Communication",
    "Incident",
    "IncidentEndpoint",
    "IncidentSurface",
    "TimelineEntry",
]
