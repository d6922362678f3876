"""Pages of incidents."""

from incidents.running.views.acting import (
    Acknowledge,
    Affect,
    BeginPostmortem,
    ChangeSeverity,
    Correct,
    Edit,
    ForgetReporter,
    Mitigated,
    NameRole,
    Note,
    Reopen,
    Resolve,
    StartMitigating,
    Triage,
)
from incidents.running.views.reading import IncidentList, IncidentPage, SurfaceIncidents, VendorIncidents
from incidents.running.views.telling import DiscardDraft, DraftMessage, EditMessage, SendMessage

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
