"""What a review decides, and what becomes of it."""

from datetime import date
from typing import Any

from governance.core import clock
from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.reviews import rules
from governance.reviews.actions.common import day_is_wrong, locked, one_line, owner_is_wrong, refuse
from governance.reviews.models import AgendaEntry, Review, ReviewDecision

State = ReviewDecision.State


@action
def decide(
    review: Review,
    *,
    actor: User,
    text: str,
    owner: User,
    due_on: date,
    detail: str = "",
    entry: AgendaEntry | None = None,
    expected_version: int | None = None,
) -> ReviewDecision:
    """Record what a review decides: one person does it until a day; `entry` is the line of the agenda that it answers.

    Raises Denied, Invalid by field, StaleState.
    """
    review = locked(review, expected_version)
    require(rules.may_record(actor, review))
    refuse(_wrong(text, owner, due_on), "This decision cannot be recorded like this.")
    if entry is not None and entry.review_id != review.pk:
        raise Invalid("This line is not on the agenda of this review.", fields={"entry": ["Choose a line of its agenda."]})
    made = ReviewDecision(review=review, entry=entry, text=one_line(text), detail=detail.strip(), owner=owner, due_on=due_on)
    told = {"what": made.text, "owner": owner.ref, "due_on": due_on, "line": entry.text if entry is not None else ""}
    return transitions.create(made, actor=actor, kind="review_decision.made", payload=told, touches=(review, owner))


def _wrong(text: str, owner: User, due_on: date | None) -> dict[str, list[str]]:
    wrong = owner_is_wrong(owner)
    if due_on is not None:
        wrong |= day_is_wrong(due_on, clock.today(), "due_on")
    if not text.strip():
        wrong["text"] = ["Say what is decided."]
    return wrong


@action
def change_decision(
    decision: ReviewDecision,
    *,
    actor: User,
    owner: User | None = None,
    due_on: date | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> ReviewDecision:
    """Give a decision to another person, or another day; a later day needs a reason. Raises Denied, Invalid, StaleState."""
    decision = _now(decision, expected_version)
    require(rules.may_steer(actor, decision))
    owner, day = owner or decision.owner, due_on or decision.due_on
    refuse(_wrong(decision.text, owner, day if day != decision.due_on else None), "This decision cannot be changed like this.")
    if day > decision.due_on and not reason.strip():
        raise Invalid("It moves to a later day.", fields={"reason": ["Say why; the next review sees it."]})
    told = {"what": decision.text, "owner": owner.ref, "due_on": day, "was": decision.due_on}
    given: dict[str, Any] = {"owner": owner, "due_on": day}
    return _change(decision, actor, "review_decision.changed", given, told, reason.strip())


@action
def do_decision(decision: ReviewDecision, *, actor: User, note: str = "", expected_version: int | None = None) -> ReviewDecision:
    """Say that what was decided is done, and what came of it. Raises Denied, StaleState."""
    return _end(decision, actor, State.DONE, note, expected_version)


@action
def drop_decision(decision: ReviewDecision, *, actor: User, reason: str, expected_version: int | None = None) -> ReviewDecision:
    """Say that what was decided will not be done, and why. Raises Denied, Invalid without a reason, StaleState."""
    if not reason.strip():
        raise Invalid("Say why it is dropped.", fields={"reason": ["This is needed."]})
    return _end(decision, actor, State.DROPPED, reason, expected_version)


def _end(decision: ReviewDecision, actor: User, state: str, note: str, expected_version: int | None) -> ReviewDecision:
    decision = _now(decision, expected_version)
    require(rules.may_steer(actor, decision))
    changes = {"state": state, "ended_at": clock.now(), "ended_by": actor, "ended_note": note.strip()}
    return _change(decision, actor, f"review_decision.{state}", changes, {"what": decision.text}, note.strip())


def _now(decision: ReviewDecision, expected_version: int | None) -> ReviewDecision:
    rows = ReviewDecision.objects.select_for_update(of=("self",)).select_related("review", "review__owner", "owner")
    now: ReviewDecision = rows.get(pk=decision.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state != State.OPEN:
        raise StaleState(f"It is {now.get_state_display().lower()} already.", fix="Reload it.")
    return now


def _change(
    decision: ReviewDecision, actor: User, kind: str, changes: dict[str, Any], told: dict[str, Any], reason: str
) -> ReviewDecision:
    people = (changes["owner"],) if "owner" in changes else ()
    touches = (*decision.ledger_touches, *people)
    return transitions.change(decision, actor=actor, kind=kind, changes=changes, payload=told, touches=touches, reason=reason)
