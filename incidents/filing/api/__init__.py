"""Filing over REST: POST of incidents and their files, links that are handed out, and the webhook of Alertmanager."""

from incidents.filing.api.alertmanager import AlertmanagerApi
from incidents.filing.api.incidents import IncidentFilingApi
from incidents.filing.api.links import ReportLinkApi

__all__ = ["AlertmanagerApi", "IncidentFilingApi", "ReportLinkApi"]
