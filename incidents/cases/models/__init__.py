"""Incidents, what they touch, their append-only timeline, and what is told about them."""

from incidents.cases.models.incident import BURNING, OPEN, Incident, IncidentEndpoint, IncidentState, IncidentSurface
from incidents.cases.models.timeline import Attachment, Communication, TimelineEntry

__all__ = [
    "BURNING",
    "OPEN",
    "Attachment",
    "Communication",
    "Incident",
    "IncidentEndpoint",
    "IncidentState",
    "IncidentSurface",
    "TimelineEntry",
]
