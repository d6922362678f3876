"""What makes an incident whole, and who may add to its timeline: pure decisions."""

import re
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import User
from incidents.cases.models import Incident, IncidentState

LONGEST_TITLE = 120
HARM = {
    0: ("None", "nobody is worse off"),
    1: ("Slight", "annoyed, or minutes lost"),
    2: ("Misled", "told something wrong, or money or hours lost that can be given back"),
    3: ("Serious", "hurt in money, rights or trust, and not easily put right"),
    4: ("Grave", "health, safety or livelihood"),
}
"""User harm, 0 to 4: what the worst hit person bears."""
RADIUS = {
    0: ("Nobody", "caught before it reached anybody"),
    1: ("One or a few", "single people"),
    2: ("Many", "dozens, or one whole team"),
    3: ("A great many", "hundreds, or a whole group of customers"),
    4: ("Everybody", "all users, or the public"),
}
"""Blast radius, 0 to 4: how many people it reached, or reaches still."""
DATES = ("occurred_at", "detected_at", "acknowledged_at", "triaged_at", "mitigated_at", "resolved_at", "closed_at")


def is_system(actor: Any) -> bool:
    """Whether Plumbline itself acts."""
    return actor.kind == User.Kind.SYSTEM


def may_open(actor: Any) -> Verdict:
    """Say whether somebody may report an incident: everybody who may write, and Plumbline itself."""
    if is_system(actor) or roles.may_write(actor):
        return ALLOW
    return deny(
        "Auditors read everything and change nothing.", fix="Tell the owner of the surface, or report it by a share link."
    )


def may_note(actor: Any, sees: bool) -> Verdict:
    """Say whether somebody may add to a timeline: whoever sees the incident and may write, and Plumbline itself."""
    if is_system(actor):
        return ALLOW
    if not roles.may_write(actor):
        return deny("Auditors read everything and change nothing.", fix="Ask somebody who works on it to note it.")
    return ALLOW if sees else deny("You cannot see this incident.", grantors=("The incident's owner",))


def title_of(title: str, what: str) -> str:
    """Return an incident's title: the one given, else the first sentence of what happened, shortened at a word."""
    given = " ".join(title.split())
    if given:
        return given
    first = re.split(r"(?<=[.!?])\s|\n", what.strip(), maxsplit=1)[0].rstrip(".")
    flat = " ".join(first.split())
    if len(flat) <= LONGEST_TITLE:
        return flat
    return flat[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def faults(incident: Incident, now: Any) -> dict[str, list[str]]:
    """Return what is wrong with a new incident, by field; nothing when it can be kept. `now` is an aware moment."""
    found: dict[str, list[str]] = {}
    if not incident.title:
        found["what"] = ["Say in a few words what happened."]
    imported = incident.source == Incident.Source.IMPORT
    if incident.state != IncidentState.REPORTED and not imported:
        found["state"] = ["An incident begins as reported; only an imported one may begin elsewhere."]
    for name in (*DATES, "reported_at"):
        at = getattr(incident, name)
        if at is not None and at > now:
            found[name] = ["This moment lies in the future."]
    return found
