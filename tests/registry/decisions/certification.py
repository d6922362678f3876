"""The fixture of the OpenID AuthZEN group's certification scenario (Authorization API 1.0, 2026), section 1.

Two users, two records, three actions, and a policy of eight rules, given as a source of decisions of its own. It says
nothing about surfaces: the scenario tests how we speak, not what we decide.
"""

from collections.abc import Sequence
from typing import Any

from registry.decisions.answers import Answer, Reason, no
from registry.decisions.questions import Question
from registry.decisions.sources import DecisionSource

USERS: dict[str, dict[str, str]] = {"alice": {}, "bob": {"role": "admin"}}
RECORDS = {"record-1": {"status": "active"}, "record-2": {"status": "archived"}}
ACTIONS = ("delete", "read", "write")
REFUSED = Reason("policy", "The fixture's policy says no.")


def permits(question: Question) -> bool:
    """The eight decisions of section 1.4; properties that are not sent are those of the fixture."""
    subject, action, resource = question.subject, question.action, question.resource
    if subject.id not in USERS or resource.type != "record" or resource.id not in RECORDS:
        return False
    if action.name == "read":
        return True
    if action.name == "delete":
        return subject.id == "alice" and action.properties.get("soft") is True
    if {**RECORDS[resource.id], **resource.properties}.get("status") == "archived":
        return action.name == "write" and {**USERS[subject.id], **subject.properties}.get("role") == "admin"
    return action.name == "write" and subject.id == "alice"


def decide(caller: Any, questions: Sequence[Question]) -> list[Answer]:
    """Answer in order."""
    return [Answer(True) if permits(question) else no(REFUSED) for question in questions]


def subjects(caller: Any, after: str, most: int) -> list[str]:
    """Name the users."""
    return [name for name in sorted(USERS) if name > after][:most]


def resources(caller: Any, question: Question) -> list[str]:
    """Name the records."""
    return sorted(RECORDS) if question.resource.type == "record" else []


SOURCE = DecisionSource("user", decide, subjects, resources, lambda question: ACTIONS)
