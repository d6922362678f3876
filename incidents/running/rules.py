"""The state machine of an incident, and who may move it on: pure decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role
from incidents.cases.models import BURNING, Communication, Incident, IncidentState
from incidents.cases.rules import is_system

S = IncidentState
ROLES = {
    "owner": "Answers for it",
    "commander": "Commander",
    "communications": "Communications",
    "scribe": "Scribe",
}
"""The parts that people have in an incident: relation to what it is called."""
STEPS: Mapping[str, tuple[frozenset[IncidentState], IncidentState | None]] = {
    "acknowledge": (frozenset(BURNING), None),
    "triage": (frozenset({S.REPORTED}), S.TRIAGED),
    "set_severity": (frozenset({S.TRIAGED, S.MITIGATING, S.RESOLVED, S.POSTMORTEM}), None),
    "start_mitigating": (frozenset({S.TRIAGED}), S.MITIGATING),
    "mitigated": (frozenset({S.TRIAGED, S.MITIGATING}), S.MITIGATING),
    "resolve": (frozenset({S.TRIAGED, S.MITIGATING}), S.RESOLVED),
    "begin_postmortem": (frozenset({S.RESOLVED}), S.POSTMORTEM),
    "reopen": (frozenset({S.RESOLVED, S.POSTMORTEM, S.CLOSED}), S.MITIGATING),
    "edit": (frozenset({S.REPORTED, S.TRIAGED, S.MITIGATING, S.RESOLVED, S.POSTMORTEM}), None),
}
"""Each step: the states from which it may be taken, and the state that it leads to (None: the same). Closing (R11) is in
`postmortems`, for it looks at the postmortem."""
VERBS = {
    "acknowledge": "acknowledged",
    "triage": "triaged",
    "set_severity": "given another severity",
    "start_mitigating": "taken up",
    "mitigated": "marked as mitigated",
    "resolve": "resolved",
    "begin_postmortem": "taken into its postmortem",
    "reopen": "reopened",
    "edit": "changed",
}
FIXES = {
    S.REPORTED: "Triage it first: say how bad it is.",
    S.CLOSED: "Reopen it first.",
}


@dataclass(frozen=True)
class Standing:
    """What lets a person act on an incident beside role and part: a hand in its surface, being on call or alerted."""

    edits_surface: bool = False
    on_call: bool = False

    @property
    def words(self) -> str:
        """The standing in words, empty for none."""
        return "on call" if self.on_call else "works on the surface" if self.edits_surface else ""


def may_respond(user: Any, incident: Incident, standing: Standing) -> Verdict:
    """Say whether a person may run an incident.

    Its owner and whoever has a part in it, who may edit its surface, who is on call, leaders, risk officers,
    administrators, and Plumbline itself. Reporting it is not enough, and auditors change nothing.
    """
    if is_system(user):
        return ALLOW
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.", fix="Ask somebody who works on it.")
    if roles.governs(user) or user.role == Role.LEADER:
        return ALLOW
    if user.pk in {getattr(incident, f"{name}_id") for name in ROLES}:
        return ALLOW
    if standing.edits_surface or standing.on_call:
        return ALLOW
    owner = str(incident.owner) if incident.owner else "A risk officer"
    return deny(
        "Only those who run this incident move it on: its owner, its roles, who works on the surface, and who is on call.",
        fix="Add to its timeline what you know, or ask its owner to give you a part.",
        grantors=(owner,),
    )


def may_step(step: str, incident: Incident) -> Verdict:
    """Say whether an incident in this state may take a step, whoever asks. Raises KeyError for an unknown step."""
    allowed, _ = STEPS[step]
    state = S(incident.state)
    if state not in allowed:
        fix = FIXES.get(state, "Look at how it stands now.")
        return deny(f"An incident that is {state.label.lower()} cannot be {VERBS[step]}.", fix=fix)
    if step == "acknowledge" and incident.acknowledged_at is not None:
        who = incident.owner or "somebody"
        return deny(f"It is acknowledged already; {who} answers for it.", fix="Take a part in it instead.")
    if step == "mitigated" and incident.mitigated_at is not None:
        return deny("It is marked as mitigated already.", fix="Resolve it when the cause is gone.")
    return ALLOW


def may(step: str, user: Any, incident: Incident, standing: Standing) -> Verdict:
    """Say whether a person may take a step with an incident as it stands."""
    return may_respond(user, incident, standing) and may_step(step, incident)


def reaches(step: str, incident: Incident) -> IncidentState:
    """Return the state that a step leads to. What was never triaged (an import) is reopened as reported."""
    if step == "reopen" and not incident.severity:
        return S.REPORTED
    return STEPS[step][1] or S(incident.state)


def may_send(user: Any, message: Communication, incident: Incident, standing: Standing) -> Verdict:
    """Say whether a person may send a message about an incident.

    Whoever runs it; to customers and regulators only its owner, commander or communications, leaders and risk officers.
    """
    if message.state == Communication.State.SENT:
        return deny("It was sent already, and what was sent never changes.", fix="Write a further message.")
    ran = may_respond(user, incident, standing)
    if not ran or message.audience == Communication.Audience.STAFF or is_system(user):
        return ran
    speaks = {incident.owner_id, incident.commander_id, incident.communications_id}
    if user.pk in speaks or roles.governs(user) or user.role == Role.LEADER:
        return ALLOW
    return deny(
        f"What goes to {message.get_audience_display().lower()} is sent by whoever leads the incident or speaks for it.",
        fix="Ask the commander or communications to send it.",
        grantors=tuple(str(each) for each in (incident.communications, incident.commander, incident.owner) if each),
    )


def may_forget(user: Any) -> Verdict:
    """Say whether a person may erase who reported without an account: the keepers of policy, for a reason that law gives."""
    if roles.governs(user) or is_system(user):
        return ALLOW
    return deny("Risk officers and administrators erase a reporter's name and address.", grantors=("A risk officer",))


def clashes(base: Mapping[str, Any], mine: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Merge an edit with what others wrote since: return what to change, and the fields in which both wrote.

    `base` is what the writer saw, `mine` what they send, `now` what holds. A field that the writer left as it was keeps
    what others wrote; one that both changed to the same is no clash.
    """
    wanted = {name: value for name, value in mine.items() if value != base.get(name)}
    changes = {name: value for name, value in wanted.items() if value != now.get(name)}
    clashing = [name for name in changes if now.get(name) != base.get(name)]
    return {name: value for name, value in changes.items() if name not in clashing}, clashing
