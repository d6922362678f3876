"""Pages of incidents."""

from incidents.running.views.acting import (
    Acknowledge,
    BeginPostmortem,
    Correct,
    Mitigated,
    Note,
    Reopen,
    Resolve,
    StartMitigating,
)
from incidents.running.views.judging import ChangeSeverity, Triage
from incidents.running.views.reading import IncidentList, IncidentPage, SurfaceIncidents, VendorIncidents
from incidents.running.views.telling import DiscardDraft, DraftMessage, EditMessage, SendMessage
from incidents.running.views.wording import Affect, Edit, ForgetReporter, NameRole

__all__ = [
    "Acknowledge",
    "Affect",
    "BeginPostmortem",
    "ChangeSeverity",
    "Correct",
    "DiscardDraft",
    "DraftMessage",
    "Edit",
    "EditMessage",
    "ForgetReporter",
    "IncidentList",
    "IncidentPage",
    "Mitigated",
    "NameRole",
    "Note",
    "Reopen",
    "Resolve",
    "SendMessage",
    "StartMitigating",
    "SurfaceIncidents",
    "Triage",
    "VendorIncidents",
]
