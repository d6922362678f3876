"""Who answers for a finding, who may decide about it, and what a decision needs: pure."""

from datetime import date, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import User
from registry.findings.models import Finding, FindingKind
from registry.surfaces.models import Surface
from registry.usage.models import UsageSource

LONGEST_SNOOZE = timedelta(days=180)
"""Beyond it, putting off is accepting: that takes a change or an exception."""
QUIET = timedelta(days=14)
"""After so long without a call, what was found does not happen any more."""
NOTICE = timedelta(days=60)
"""So long before its vendor ends it, an endpoint that is called is a finding."""
PROPOSABLE = frozenset(
    {FindingKind.MODEL_NOT_APPROVED, FindingKind.REGION_NOT_APPROVED, FindingKind.DATA_CLASS, FindingKind.TOOL}
)
"""Kinds that a change of the surface's contract can allow."""


def answers_for(surface: Surface | None, source: UsageSource | None) -> User | None:
    """Return who owns a new finding: the surface's owner, its team's lead, else the lead of the source's team; active ones.

    Nobody means that risk officers have it in their inboxes.
    """
    found: list[User | None] = []
    if surface is not None:
        found += [surface.owner, surface.team.lead if surface.team is not None else None]
    if source is not None and source.team is not None:
        found.append(source.team.lead)
    return next((person for person in found if person is not None and person.is_active), None)


def may_decide(user: Any, finding: Finding, may_edit: Verdict | None) -> Verdict:
    """Say whether a person may put off, dismiss or hand on a finding: its owner, who may edit its surface, who governs.

    `may_edit` is what holds for the surface; None where the finding has none.
    """
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or user.pk == finding.owner_id:
        return ALLOW
    if may_edit is not None and may_edit:
        return ALLOW
    who = (str(finding.owner),) if finding.owner is not None else ("A risk officer",)
    return deny("Its owner, whoever may edit its surface, and risk officers decide about a finding.", grantors=who)


def is_unsettled(finding: Finding) -> Verdict:
    """Say whether a decision is still to be made."""
    if finding.is_open:
        return ALLOW
    return deny(f"This finding is {finding.get_state_display().lower()}.", fix="If it happens again, it is opened again.")


def may_propose(finding: Finding) -> Verdict:
    """Say whether a change of the contract could allow what was found."""
    if finding.kind not in PROPOSABLE or finding.surface_id is None:
        return deny("No change of a contract would allow this.")
    if finding.kind == FindingKind.DATA_CLASS and finding.endpoint_id is not None:
        return deny("The data rules never let this go there.", fix="Change the program, or have the data rule changed.")
    return is_unsettled(finding)


def may_register(user: Any, finding: Finding) -> Verdict:
    """Say whether a person may register the surface that was found."""
    if finding.kind != FindingKind.UNKNOWN_SURFACE:
        return deny("This finding is about something that is registered.")
    if not roles.may_write(user):
        return deny("Auditors read everything and register nothing.")
    return is_unsettled(finding)


def wrong_snooze(until: date, reason: str, today: date) -> dict[str, list[str]]:
    """Return what is wrong with putting a finding off, by field."""
    wrong: dict[str, list[str]] = {}
    if until <= today:
        wrong["until"] = ["Choose a day to come."]
    elif until > today + LONGEST_SNOOZE:
        wrong["until"] = [f"At most {LONGEST_SNOOZE.days} days from now. What stays longer needs a change or an exception."]
    if not reason.strip():
        wrong["reason"] = ["Say why it can wait."]
    return wrong
