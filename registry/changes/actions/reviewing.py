"""Closes the review that an emergency change owes."""

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.changes import queries, rules
from registry.changes.models import EmergencyReview


@action
def close_review(
    review: EmergencyReview, *, actor: User, outcome: str, findings: str, expected_version: int | None = None
) -> EmergencyReview:
    """Record what the look back at an emergency found, and whether it stays.

    Raises Denied for whoever asked for it, let it through or does not answer for it; Invalid without findings; Conflict
    when it is said to be taken back while its revision still holds.
    """
    review = (
        EmergencyReview.objects.select_for_update(of=("self",))
        .select_related("change__surface__owner", "change__surface__team", "change__revision", "change__request")
        .get(pk=review.pk)
    )
    if expected_version is not None and review.version != expected_version:
        raise transitions.stale(review)
    change = review.change
    require(rules.may_review(actor, review, queries.let_in(change), queries.may_judge(actor, change)))
    wrong = {}
    if outcome not in EmergencyReview.Outcome.values:
        wrong["outcome"] = ["Say whether it stays or was taken back."]
    if not findings.strip():
        wrong["findings"] = ["Say what was found."]
    if wrong:
        raise Invalid("The review is not complete.", fields=wrong)
    if outcome == EmergencyReview.Outcome.ROLLED_BACK and change.surface.in_force_id == change.revision_id:
        raise Conflict(
            f"Revision {change.revision.number} is still in force.",
            fix="Roll it back first; the review is closed when another revision holds.",
        )
    return transitions.change(
        review,
        actor=actor,
        kind="emergency.reviewed",
        changes={
            "state": EmergencyReview.State.CLOSED,
            "outcome": outcome,
            "findings": findings.strip(),
            "reviewer": actor,
            "closed_at": clock.now(),
        },
        payload={"change": change.key, "outcome": EmergencyReview.Outcome(outcome).label.lower()},
        touches=review.ledger_touches,
    )
