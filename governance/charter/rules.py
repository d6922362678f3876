"""Who may write, propose and sign the charter: pure decisions."""

from typing import Any

from governance.charter.models import Charter
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role

OPEN = (Charter.State.DRAFT, Charter.State.PROPOSED)


def may_write(user: Any) -> Verdict:
    """Say whether a person writes charters at all: leaders, risk officers and administrators do."""
    if roles.governs(user) or (roles.may_write(user) and user.role == Role.LEADER):
        return ALLOW
    return deny("Leaders and risk officers write the charter.", fix="Ask one of them, or comment on it.")


def is_concerned(user: Any) -> bool:
    """Whether the absence of a charter is this person's business: those who write it and those who lead or audit."""
    return roles.reads_all(user)


def may_draft(user: Any, open_version: Charter | None) -> Verdict:
    """Say whether a person may start the next version now."""
    if open_version is not None:
        return deny(f"Version {open_version.number} is still open.", fix="Finish or withdraw that one first.")
    return may_write(user)


def may_edit(user: Any, charter: Charter) -> Verdict:
    """Say whether a person may change a version's words."""
    if charter.state != Charter.State.DRAFT:
        return deny(
            f"Version {charter.number} is {charter.get_state_display().lower()}; its words are fixed.",
            fix="Draft the next version.",
        )
    return may_write(user)


def lacks(charter: Charter) -> list[str]:
    """Return what a draft needs before anybody can be asked to sign it."""
    found = []
    if not charter.owner.is_active:
        found.append("Its owner has left: name somebody who answers for model risk.")
    if charter.next_review_on is None:
        found.append("It needs the date of its next review.")
    if not str(charter.sections.get("lead", "")).strip():
        found.append("It needs its opening words.")
    if not charter.sections.get("rules"):
        found.append("It needs at least one rule that you hold to.")
    if not charter.sections.get("incidents"):
        found.append("It needs to say what counts as an incident.")
    return found
