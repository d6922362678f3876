"""Who may change policy, and when a draft can move on (R8: what was approved stays what it was)."""

from datetime import datetime
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.policy.models import PolicyDraft, PolicyVersion

KEEPERS = ("Risk officers", "administrators")


def may_draft(user: Any) -> Verdict:
    """Say whether somebody may write drafts of the policy at all."""
    if roles.governs(user):
        return ALLOW
    return deny("Only risk officers and administrators draft policy.", fix="Ask a risk officer to draft it.", grantors=KEEPERS)


def may_edit(user: Any, draft: PolicyDraft) -> Verdict:
    """Say whether somebody may edit this draft now."""
    verdict = may_draft(user)
    if not verdict:
        return verdict
    if draft.state == PolicyDraft.State.DRAFT:
        return ALLOW
    if draft.state == PolicyDraft.State.PROPOSED:
        return deny("It waits for approval, and approvers sign it as it is.", fix="Withdraw the request to change it.")
    return deny(f"This draft is {draft.get_state_display().lower()}.", fix="Start a new draft.")


def may_revise(user: Any, draft: PolicyDraft) -> Verdict:
    """Say whether somebody may take a rejected draft up again."""
    verdict = may_draft(user)
    if verdict and draft.state != PolicyDraft.State.REJECTED:
        return deny(f"This draft is {draft.get_state_display().lower()}, not rejected.")
    return verdict


def may_propose(user: Any, draft: PolicyDraft, newest: PolicyVersion, *, differs: bool) -> Verdict:
    """Say whether a draft can be put before its approvers."""
    verdict = may_edit(user, draft)
    if not verdict:
        return verdict
    if draft.based_on_id != newest.pk:
        return deny(
            f"Policy {newest.label} was adopted since this draft was started.",
            fix=f"Put the draft on {newest.label} first, and look at what it would change there.",
        )
    if not differs:
        return deny("The draft says what already holds.", fix="Change something, or discard it.")
    if not draft.reason.strip():
        return deny("The draft does not say why.", fix="Say why under Details: approvers read it first.")
    return ALLOW


def effective_from(wished: datetime | None, earliest: datetime) -> datetime:
    """Return from when a version holds: the wished moment, and never before the earliest one possible."""
    return max(wished, earliest) if wished else earliest
