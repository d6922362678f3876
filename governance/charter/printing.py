"""What the charter's PDF is made from."""

from typing import Any

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.charter import queries
from governance.charter.content import fingerprint
from governance.charter.models import Charter
from governance.core import digest
from governance.core.contributions import CharterSection, contributed
from governance.documents.tags import day

MARKS = {
    Charter.State.DRAFT: ("stop", "Draft.", "Nobody has signed this version; it binds nobody."),
    Charter.State.PROPOSED: ("warn", "Waiting for signatures.", "It binds nobody until everybody named below has signed."),
    Charter.State.SUPERSEDED: ("warn", "No longer in force.", "A newer version was signed."),
    Charter.State.REJECTED: ("stop", "Rejected.", "This version was put before its signers and turned down."),
    Charter.State.WITHDRAWN: ("stop", "Withdrawn.", "This version never came into force."),
}


def context(charter: Charter, user: Any) -> dict[str, Any]:
    """Return everything that the page shows, as plain data."""
    signatures, unsigned = signed(charter)
    sections = charter.sections
    return {
        "head": str(charter),
        "title": charter.title,
        "lead": sections["lead"],
        "mark": _mark(charter),
        "facts": facts(charter),
        "rules": sections["rules"],
        "tiers": charter.drafted["tiers"],
        "policy": charter.drafted["policy"],
        "pairs": pairs(sections["held"]),
        "incidents": sections["incidents"],
        "response": sections["response"],
        "charter_digest": charter.digest or fingerprint(charter),
        "signatures": signatures,
        "unsigned": unsigned,
        "state": charter.state,
        "in_force_since": digest.plain(charter.in_force_since) if charter.in_force_since else None,
    }


def _mark(charter: Charter) -> dict[str, str] | None:
    if charter.state not in MARKS:
        return None
    level, label, text = MARKS[Charter.State(charter.state)]
    return {"level": level, "label": label, "text": text}


def facts(charter: Charter) -> list[dict[str, str]]:
    """Return what stands under the title."""
    follows = queries.before(charter)
    owner = f"{charter.owner.name}, {charter.owner.title}" if charter.owner.title else charter.owner.name
    found = [{"label": "Model-risk owner", "value": owner}]
    if charter.drafted["covers"]:
        found.append({"label": "Covers", "value": ", ".join(charter.drafted["covers"])})
    if charter.in_force_since:
        found.append({"label": "In force since", "value": day(charter.in_force_since)})
    if follows is not None:
        found.append({"label": "Replaces", "value": f"Version {follows.number}, {day(follows.in_force_since)}"})
    if charter.next_review_on:
        found.append({"label": "Next review", "value": day(charter.next_review_on)})
    return found


def titled(held: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the sections about what exists, in their order, by their names."""
    named = [
        {"key": each.key, "label": each.label, "lines": held[each.key]}
        for each in contributed(CharterSection)
        if each.key in held
    ]
    known = {each["key"] for each in named}
    return named + [{"key": key, "label": key.capitalize(), "lines": held[key]} for key in sorted(set(held) - known)]


def pairs(held: dict[str, list[str]]) -> list[list[dict[str, Any]]]:
    """Return the sections two by two, as the page sets them."""
    sections = titled(held)
    return [sections[start : start + 2] for start in range(0, len(sections), 2)]


def request_of(charter: Charter) -> ApprovalRequest | None:
    """Return the newest request for this version's hash, with its steps and decisions."""
    if not charter.digest:
        return None
    return approvals.of_subject("charter", charter.pk).filter(subject_digest=charter.digest).order_by("-pk").first()


def signed(charter: Charter) -> tuple[list[dict[str, Any]], list[str]]:
    """Return who signed with position and time, and which positions have not."""
    request = request_of(charter)
    if request is None:
        return [], []
    signatures, unsigned = [], []
    for step in request.steps.all():
        last = max(
            (each for each in step.decisions.all() if each.person_id == step.filled_by_id), key=lambda each: each.pk, default=None
        )
        if step.state == ApprovalStep.State.APPROVED and last is not None:
            signatures.append({"person": last.person.name, "position": step.position.name, "at": digest.plain(last.decided_at)})
        elif step.state == ApprovalStep.State.WAITING:
            unsigned.append(step.position.name)
    return signatures, unsigned
