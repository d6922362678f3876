"""The thirty-day rollout: it begins, its steps are given to people, and those that nothing can show are ticked by hand."""

from datetime import date, timedelta

from governance.core import clock
from governance.core.contributions import RolloutCheck, contributed
from governance.core.errors import Conflict, Invalid, NotVisible, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.reviews import rollout as reading
from governance.reviews import rules
from governance.reviews.actions.common import FURTHEST, owner_is_wrong, refuse
from governance.reviews.rolloutmodels import Rollout, RolloutStep

SEEN = "Seen from what exists."


@action
def start_rollout(*, actor: User, starts_on: date, owner: User | None = None) -> Rollout:
    """Begin the thirty days: each of policy's steps is due at the end of its week. Raises Denied, Invalid, Conflict."""
    require(rules.may_roll_out(actor))
    owner = owner or actor
    _check(starts_on, owner)
    if reading.current() is not None:
        raise Conflict("The rollout has begun already.", fix="Move it instead.")
    wanted = reading.wanted()
    rollout = Rollout(starts_on=starts_on, owner=owner)
    told = {"starts_on": starts_on, "owner": owner.ref, "steps": len(wanted)}
    return transitions.create(rollout, actor=actor, kind="rollout.started", payload=told, touches=(owner,))


@action
def move_rollout(
    rollout: Rollout, *, actor: User, starts_on: date, owner: User, expected_version: int | None = None, reason: str = ""
) -> Rollout:
    """Begin the thirty days on another day, or let another person lead them. Days given to steps stay as they are.

    Raises Denied, Invalid, StaleState.
    """
    require(rules.may_roll_out(actor))
    _check(starts_on, owner)
    now: Rollout = Rollout.objects.select_for_update().get(pk=rollout.pk)
    changes = {"starts_on": starts_on, "owner": owner}
    told = {"starts_on": starts_on, "owner": owner.ref}
    return transitions.change(
        now,
        actor=actor,
        kind="rollout.moved",
        changes=changes,
        expected_version=expected_version,
        payload=told,
        touches=(owner,),
        reason=reason.strip(),
    )


def _check(starts_on: date, owner: User) -> None:
    wrong = owner_is_wrong(owner)
    if abs((starts_on - clock.today()).days) > FURTHEST:
        wrong["starts_on"] = ["This is more than two years away."]
    refuse(wrong, "The rollout cannot begin like this.")


@action
def give_step(
    step: str, *, actor: User, owner: User | None, due_on: date | None = None, expected_version: int | None = None
) -> RolloutStep:
    """Say who does a step, and until when (the end of its week when left out). Raises Denied, Invalid, StaleState, NotVisible."""
    require(rules.may_roll_out(actor))
    row, week, rollout = _row(step, expected_version)
    due = due_on or (row.due_on if row is not None else reading.end_of_week(rollout.starts_on, week))
    refuse(owner_is_wrong(owner), "This step cannot be given like this.")
    if abs(due - rollout.starts_on) > timedelta(days=FURTHEST):
        raise Invalid("This step cannot be given like this.", fields={"due_on": ["This is more than two years away."]})
    told = {"step": reading.wanted()[step][1], "owner": owner.ref if owner is not None else "", "due_on": due}
    touches = (rollout, *((owner,) if owner is not None else ()))
    if row is None:
        made = RolloutStep(rollout=rollout, step=step, owner=owner, due_on=due)
        return transitions.create(made, actor=actor, kind="rollout.given", payload=told, touches=touches)
    changes = {"owner": owner, "due_on": due}
    return transitions.change(row, actor=actor, kind="rollout.given", changes=changes, payload=told, touches=touches)


@action
def finish_step(step: str, *, actor: User, note: str, expected_version: int | None = None) -> RolloutStep:
    """Say that a step which nothing can show is done, and how. Raises Denied, Invalid, StaleState, NotVisible."""
    row, week, rollout = _row(step, expected_version)
    require(rules.may_tick(actor, owner_id=row.owner_id if row else None, checked=_is_checked(step)))
    if not note.strip():
        raise Invalid("Say how it was done.", fields={"note": ["This is needed."]})
    told = {"step": reading.wanted()[step][1]}
    changes = {"done_at": clock.now(), "done_by": actor, "done_note": note.strip()}
    if row is None:
        made = RolloutStep(rollout=rollout, step=step, due_on=reading.end_of_week(rollout.starts_on, week), **changes)
        return transitions.create(made, actor=actor, kind="rollout.done", payload=told, touches=(rollout,))
    if row.done_at is not None:
        raise StaleState("This step is done already.", fix="Reload the rollout.")
    return transitions.change(row, actor=actor, kind="rollout.done", changes=changes, payload=told, touches=(rollout,))


@action
def reopen_step(step: str, *, actor: User, reason: str, expected_version: int | None = None) -> RolloutStep:
    """Take back that a step is done. Raises Denied, Invalid without a reason, StaleState, NotVisible."""
    row, _, rollout = _row(step, expected_version)
    require(rules.may_tick(actor, owner_id=row.owner_id if row else None, checked=_is_checked(step)))
    if not reason.strip():
        raise Invalid("Say why it is not done after all.", fields={"reason": ["This is needed."]})
    if row is None or row.done_at is None:
        raise StaleState("This step is not done.", fix="Reload the rollout.")
    told = {"step": reading.wanted()[step][1]}
    changes = {"done_at": None, "done_by": None, "done_note": ""}
    return transitions.change(
        row, actor=actor, kind="rollout.undone", changes=changes, payload=told, touches=(rollout,), reason=reason.strip()
    )


@action
def tick_step(step: str, *, actor: User, done: bool) -> RolloutStep:
    """Note of a step that was given to somebody that what exists shows it done, or not any more; for Plumbline itself.

    So inboxes need ask nothing. Raises Denied, StaleState when it is noted already.
    """
    require(rules.may_tick_all(actor))
    row = RolloutStep.objects.select_for_update(of=("self",)).select_related("rollout").get(step=step)
    if done == (row.done_at is not None):
        raise StaleState("This is noted already.")
    noted = {"done_at": clock.now(), "done_by": actor, "done_note": SEEN}
    changes = noted if done else {"done_at": None, "done_by": None, "done_note": ""}
    kind, told = "rollout.done" if done else "rollout.undone", {"step": reading.wanted()[step][1]}
    return transitions.change(row, actor=actor, kind=kind, changes=changes, payload=told, touches=(row.rollout,))


def _is_checked(step: str) -> bool:
    return any(check.key == step for check in contributed(RolloutCheck))


def _row(step: str, expected_version: int | None) -> tuple[RolloutStep | None, int, Rollout]:
    rollout, wanted = reading.current(), reading.wanted()
    if step not in wanted:
        raise NotVisible("There is no such step in the rollout.", fix="Choose one of policy's steps.")
    if rollout is None:
        raise Conflict("The rollout has not begun.", fix="Begin it: that gives each step its day.")
    row = RolloutStep.objects.select_for_update().filter(step=step).first()
    if row is not None and expected_version is not None and row.version != expected_version:
        raise transitions.stale(row)
    return row, wanted[step][0], rollout
