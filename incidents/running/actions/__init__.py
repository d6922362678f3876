"""The only writers of a running incident. Closing it (R11) is in `postmortems`."""

from incidents.running.actions.judging import set_severity, triage
from incidents.running.actions.moving import acknowledge, begin_postmortem, mitigated, reopen, resolve, start_mitigating
from incidents.running.actions.telling import discard_draft, draft_communication, edit_communication, send_communication
from incidents.running.actions.wording import TEXTS, EditClash, affect, edit, forget_reporter, give_owner, name_role

__all__ = [
    "TEXTS",
    "EditClash",
    "acknowledge",
    "affect",
    "begin_postmortem",
    "discard_draft",
    "draft_communication",
    "edit",
    "edit_communication",
    "forget_reporter",
    "give_owner",
    "mitigated",
    "name_role",
    "reopen",
    "resolve",
    "send_communication",
    "set_severity",
    "start_mitigating",
    "triage",
]
