"""Who may write, verify and close, and what a postmortem still lacks: pure decisions over what was loaded before."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role
from incidents.cases.models import Incident, IncidentState
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem, PostmortemSection
from incidents.running import rules as running

MOST_MOMENTS = 100
SOON_DAYS = 3
"""From so many days before its day on, an action item is shown as due."""
NOT_BEGUN = (IncidentState.REPORTED, IncidentState.CLOSED)
READS_ONLY = "Auditors read everything and change nothing."


def may_contribute(user: Any, sees: bool) -> Verdict:
    """Say whether somebody may write at an incident's postmortem: whoever sees the incident and may write."""
    if not roles.may_write(user):
        return deny(READS_ONLY, fix="Ask somebody who works on the incident.")
    return ALLOW if sees else deny("You cannot see this incident.", grantors=("The incident's owner",))


def may_begin(user: Any, incident: Incident, standing: running.Standing) -> Verdict:
    """Say whether a postmortem can be begun: by those who run the incident, from triage on, until it is closed."""
    if not (verdict := running.may_respond(user, incident, standing)):
        return verdict
    if incident.state in NOT_BEGUN:
        fix = "Triage it first." if incident.state == IncidentState.REPORTED else "Reopen it first."
        return deny(f"{incident.key} is {incident.get_state_display().lower()}.", fix=fix)
    return ALLOW


def may_change(user: Any, postmortem: Postmortem, sees: bool) -> Verdict:
    """Say whether its texts can be changed: while it is a draft, by whoever may write at it."""
    if not (verdict := may_contribute(user, sees)):
        return verdict
    if postmortem.state == Postmortem.State.REVIEW:
        return deny("It is before its approvers, under its hash.", fix="Withdraw the request to go on writing.")
    if postmortem.state == Postmortem.State.APPROVED:
        return deny("It is approved, under its hash.", fix="Begin another edition, which needs its own approval.")
    return ALLOW


def may_revise(user: Any, postmortem: Postmortem, standing: running.Standing) -> Verdict:
    """Say whether an approved postmortem can be opened for another edition: by those who run its incident, while it is open."""
    if not (verdict := running.may_respond(user, postmortem.incident, standing)):
        return verdict
    if postmortem.state != Postmortem.State.APPROVED:
        return deny("Only an approved postmortem gets another edition.")
    if postmortem.incident.state == IncidentState.CLOSED:
        return deny("Its incident is closed on the strength of it.", fix="Reopen the incident first.")
    return ALLOW


def lacks(
    sections: Sequence[PostmortemSection],
    causes: Collection[Any],
    items: Sequence[ActionItem],
    cases: Sequence[EvalCaseRequest],
) -> list[str]:
    """Return in sentences what a postmortem needs before it can be put before its approvers; nothing when it is whole."""
    missing = [each.heading for each in sections if each.demanded and not each.text.strip()]
    found = [f"Still to write: {', '.join(missing)}."] if missing else []
    if not causes:
        found.append("Name at least one cause.")
    kept = [each for each in items if each.state != ActionItem.State.DROPPED]
    if not any(each.target_type for each in kept) and not cases:
        found.append(
            "Say what in the system changes: point an action item at a change, control, eval or lever, or add an eval case."
        )
    return found


def is_responsible(user: Any, incident: Incident, postmortem: Postmortem | None = None) -> bool:
    """Whether a person answers for an incident's end: its owner or commander, the postmortem's author, who governs."""
    answering = {incident.owner_id, incident.commander_id, postmortem.author_id if postmortem else None}
    return roles.governs(user) or user.role == Role.LEADER or user.pk in answering


def may_steer(user: Any, item: ActionItem) -> Verdict:
    """Say whether somebody may change what an item asks, of whom and until when."""
    if not roles.may_write(user):
        return deny(READS_ONLY)
    if item.state not in ActionItem.PENDING:
        return deny(f"It is {item.get_state_display().lower()}.", fix="Write a new action item.")
    if user.pk == item.owner_id or is_responsible(user, item.incident, item.postmortem):
        return ALLOW
    return deny("Its owner changes it, or whoever answers for the incident.", grantors=(str(item.owner),))


def may_do(user: Any, item: ActionItem) -> Verdict:
    """Say whether somebody may say that an item is done: its owner, or whoever answers for the incident."""
    if item.state != ActionItem.State.OPEN:
        return deny(f"It is {item.get_state_display().lower()} already.")
    return may_steer(user, item)


def may_verify(user: Any, item: ActionItem, sees: bool) -> Verdict:
    """Say whether somebody may verify an item, or give it back: neither its owner nor whoever did it."""
    if not (verdict := may_contribute(user, sees)):
        return verdict
    if item.state != ActionItem.State.DONE:
        return deny(f"It is {item.get_state_display().lower()}; only what is done can be verified.")
    if user.pk in {item.owner_id, item.done_by_id}:
        return deny("Whoever answers for it, or did it, does not verify it.", fix="Ask somebody else to look.")
    return ALLOW


def may_drop(user: Any, item: ActionItem) -> Verdict:
    """Say whether somebody may drop an item: whoever answers for the incident; its owner alone does not."""
    if not roles.may_write(user):
        return deny(READS_ONLY)
    if item.state not in ActionItem.PENDING:
        return deny(f"It is {item.get_state_display().lower()}.")
    if is_responsible(user, item.incident, item.postmortem):
        return ALLOW
    named = (str(item.incident.owner),) if item.incident.owner else ()
    return deny("Whoever answers for the incident drops an action item.", grantors=named)


def is_overdue(item: ActionItem, today: date) -> bool:
    """Whether an item is past its day and not done."""
    return item.state == ActionItem.State.OPEN and item.due_on < today


def covers(postmortem: Postmortem, incident: Incident) -> bool:
    """Whether a postmortem is approved and tells of all of an incident: it was approved after the last resolution."""
    if postmortem.state != Postmortem.State.APPROVED or postmortem.approved_at is None:
        return False
    return incident.resolved_at is None or postmortem.approved_at >= incident.resolved_at


def closable(incident: Incident, postmortem: Postmortem | None, *, demanded: bool, why: str) -> Verdict:
    """R11: say whether an incident can close as it stands. `why` names the rule that demands a postmortem."""
    if incident.state not in (IncidentState.RESOLVED, IncidentState.POSTMORTEM):
        fix = "Resolve it first." if incident.is_burning else ""
        return deny(f"{incident.key} is {incident.get_state_display().lower()}.", fix=fix)
    if postmortem is not None and covers(postmortem, incident):
        return ALLOW
    if postmortem is not None and postmortem.state == Postmortem.State.APPROVED and demanded:
        return deny(
            f"{postmortem.key} was approved before the incident came back and was resolved again.",
            fix="Begin another edition that says what was overlooked, and have it approved.",
        )
    if postmortem is not None and postmortem.state == Postmortem.State.REVIEW:
        return deny("Its postmortem is before its approvers.", fix="Wait for their decision, or withdraw the request.")
    if demanded:
        fix = f"Have {postmortem.key} approved first." if postmortem else "Write the postmortem and have it approved first."
        return deny(f"It closes only with an approved postmortem. {why}", fix=fix)
    return ALLOW
