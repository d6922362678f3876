"""Answers that the kernel itself gives in rooms: the charter in force."""

from typing import Any

from governance.charter import queries
from governance.charter.models import Charter
from governance.core.errors import NotVisible
from governance.policy import queries as policy
from governance.rooms.showing import Answered, RoomAnswers


def charter(user: Any, key: str) -> Answered:
    """Return what the charter in force says. Raises NotVisible while there is none."""
    held = queries.in_force()
    if held is None:
        raise NotVisible("No charter is in force.", fix="Have one signed first.")
    return told(held)


def standing() -> Answered:
    """Return what the charter in force says, or that there is none."""
    held = queries.in_force()
    return told(held) if held else Answered("Model-risk charter", {"lead": "No charter is in force yet."})


def told(held: Charter) -> Answered:
    """Return a charter's words as facts; who owns it is named unless policy keeps people out of what buyers see.

    What it lists of accounts and access paths stays inside: a room shows rules, not where everything runs.
    """
    words = held.sections
    facts = [{"label": rule["label"], "value": rule["text"]} for rule in words.get("rules", [])]
    if words.get("incidents"):
        facts.append({"label": "What counts as an incident", "value": " ".join(words["incidents"])})
    if words.get("response"):
        facts.append({"label": "What happens then", "value": words["response"]})
    if "people" not in policy.proof_rules().redacted["buyer"]:
        facts.insert(0, {"label": "Owner of model risk", "value": held.owner.name})
    lead = f"{words.get('lead', '')} Version {held.number}, SHA-256 {held.digest}.".strip()
    return Answered(held.title, {"lead": lead, "facts": facts}, str(held.pk), held.key)


CHARTER = RoomAnswers(
    "charter", "The charter", "The model-risk charter in force, part by part.", make=charter, standing=standing, order=40
)
