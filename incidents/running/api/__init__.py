"""Incidents and what is told about them, over REST."""

from incidents.running.api.communications import CommunicationApi
from incidents.running.api.incidents import IncidentApi

__all__ = ["CommunicationApi", "IncidentApi"]
