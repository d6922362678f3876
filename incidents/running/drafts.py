"""First drafts of what is told about an incident: filled from what is known, honest about what is not. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.cases.models import Communication, Incident, IncidentState

Audience = Communication.Audience
OVER = (IncidentState.RESOLVED, IncidentState.POSTMORTEM, IncidentState.CLOSED)


@dataclass(frozen=True)
class Draft:
    """A subject and a text; what is in [brackets] is for the writer to fill in or strike."""

    subject: str
    text: str


def draft(incident: Incident, audience: str, company: str, *, category: str, said: Any) -> Draft:
    """Return the first draft for an audience. `category` is the kind in plain words, `said(moment)` writes a moment.

    Names of people, trace ids and what reporters wrote never enter a draft that leaves the company.
    """
    made = {Audience.CUSTOMERS: _customers, Audience.REGULATORS: _regulators, Audience.STAFF: _staff}[Audience(audience)]
    return made(incident, company, category, said)


def _customers(incident: Incident, company: str, category: str, said: Any) -> Draft:
    service = str(incident.surface) if incident.surface else "one of our services"
    since = _when(incident.began_at, said)
    over = incident.state in OVER
    now = (
        f"The problem was solved on {said(incident.resolved_at)}."
        if over and incident.resolved_at
        else f"We stopped the problem on {said(incident.mitigated_at)} and are removing its cause."
        if incident.mitigated_at
        else "We are working on it now, and will write again by [time]."
    )
    text = (
        f"From {since}, {service} did not work as it should. In short: {category}\n\n"
        f"What this means for you: {incident.impact or '[say in one sentence what a customer may have seen or lost]'}\n\n"
        f"{now}\n\n"
        "What you can do: [check the answer you were given, or nothing at all; say which]\n\n"
        f"We are sorry. If you were affected, write to [address] and name {incident.key}.\n\n{company}"
    )
    return Draft(f"{service}: {'what went wrong, and that it is solved' if over else 'a problem, and what we do about it'}", text)


def _regulators(incident: Incident, company: str, category: str, said: Any) -> Draft:
    people = f"at most {incident.people_estimated:,}" if incident.people_estimated is not None else "[not yet known]"
    classes = ", ".join(incident.data_classes) or "[none known; say so once it is certain]"
    lines = (
        ("Reference", incident.key),
        ("System concerned", str(incident.surface) if incident.surface else "[not yet known]"),
        ("Provider of the model", str(incident.vendor) if incident.vendor else "[not yet known]"),
        ("Nature of the incident", category),
        ("Began", _when(incident.occurred_at or incident.detected_at, said)),
        ("Became known to us", said(incident.reported_at)),
        ("People concerned", people),
        ("Kinds of data concerned", classes),
        ("Likely consequences", incident.impact or "[to be assessed]"),
        ("Measures taken", incident.summary or "[what was done to stop it and to protect those concerned]"),
        ("Ended", said(incident.mitigated_at) if incident.mitigated_at else "It has not ended yet."),
        ("Contact", "[name, function, telephone]"),
    )
    text = "\n".join(f"{name}: {value}" for name, value in lines)
    closing = "This is a first notice. What is not known yet follows in a further one." if incident.state not in OVER else ""
    return Draft(f"{incident.key}: notice of an incident at {company}", f"{text}\n\n{closing}".rstrip())


def _staff(incident: Incident, company: str, category: str, said: Any) -> Draft:
    where = str(incident.surface) if incident.surface else incident.where or "not known yet"
    lead = incident.commander or incident.owner
    stands = f"{IncidentState(incident.state).label}{f', {incident.severity}' if incident.severity else ''}"
    text = (
        f"{incident.title}\n\n"
        f"Where: {where}\nWhat kind: {category}\nHow it stands: {stands}\nSince: {_when(incident.began_at, said)}\n"
        f"Who leads: {lead or 'nobody yet'}\n\n"
        f"{incident.summary or '[what is known, and what we do about it]'}\n\n"
        "Please do not answer customers about this with words of your own; use the text for customers. "
        f"If you see more of it, add it to {incident.key}."
    )
    return Draft(f"{incident.key}: {incident.title}"[:200], text)


def _when(at: datetime | None, said: Any) -> str:
    return str(said(at)) if at else "[not yet known]"
