"""Action items: asked for, done by one, verified by another, told of when they are late."""

from datetime import date
from typing import Any

from governance.core import clock
from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.bench import day_of
from governance.people.models import User
from incidents.cases.models import Incident
from incidents.postmortems import queries, rules, targets
from incidents.postmortems.models import ActionItem

State = ActionItem.State


@action
def add_item(
    incident: Incident,
    *,
    actor: User,
    what: str,
    owner: User,
    due_on: date,
    detail: str = "",
    target_type: str = "",
    target_id: str = "",
) -> ActionItem:
    """Ask for something to be done because of an incident. It belongs to the postmortem where there is one.

    `target_type` and `target_id` say what in the system changes (see `targets`), now or later. Raises Denied, Invalid by field.
    """
    require(rules.may_contribute(actor, queries.sees(actor, incident)))
    _check(what, owner, due_on)
    type_, key, label = targets.resolve(actor, target_type, target_id)
    item = ActionItem(
        incident=incident,
        postmortem=queries.of_incident(incident),
        what=" ".join(what.split()),
        detail=detail.strip(),
        owner=owner,
        due_on=due_on,
        target_type=type_,
        target_id=key,
        target_label=label,
    )
    return transitions.create(item, actor=actor, kind="action_item.added", payload=_told(item), touches=item.ledger_touches)


@action
def change_item(
    item: ActionItem,
    *,
    actor: User,
    what: str | None = None,
    detail: str | None = None,
    owner: User | None = None,
    due_on: date | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> ActionItem:
    """Change what an item asks, of whom, or until when; a later day needs a reason. Raises Denied, Invalid, StaleState."""
    item = _now(item, expected_version)
    require(rules.may_steer(actor, item))
    before = item.due_on
    given = {"what": " ".join(what.split()) if what is not None else None, "detail": detail, "owner": owner, "due_on": due_on}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    day = changes.get("due_on", before)
    _check(changes.get("what", item.what), changes.get("owner", item.owner), day if day != before else None)
    if day > before and not reason.strip():
        raise Invalid("It moves to a later day.", fields={"reason": ["Say why; leaders see it."]})
    if day != before:
        changes["overdue_told_at"] = None
    told = {**_told(item), "what": changes.get("what", item.what), "due_on": day, "before": before}
    told["owner"] = changes.get("owner", item.owner).ref
    return _change(item, actor, "action_item.changed", changes, told, reason)


@action
def point_item(
    item: ActionItem, *, actor: User, target_type: str, target_id: str, expected_version: int | None = None
) -> ActionItem:
    """Point an item at what in the system changes by it; both empty take it back. Raises Invalid by field, Denied, StaleState."""
    item = _now(item, expected_version)
    if item.state == State.DROPPED:
        raise StaleState("It is dropped.", fix="Write a new action item.")
    require(rules.may_contribute(actor, queries.sees(actor, item.incident)))
    type_, key, label = targets.resolve(actor, target_type, target_id)
    changes = {"target_type": type_, "target_id": key, "target_label": label}
    told = {"what": item.what, "target": label or "nothing", "type": type_, "id": key}
    return _change(item, actor, "action_item.pointed", changes, told)


@action
def finish_item(item: ActionItem, *, actor: User, note: str, expected_version: int | None = None) -> ActionItem:
    """Say that an item is done, and how one can see it; another person verifies it. Raises Denied, Invalid, StaleState."""
    item = _now(item, expected_version)
    _require_state(item, State.OPEN)
    require(rules.may_do(actor, item))
    if not note.strip():
        raise Invalid("Say how one can see that it is done.", fields={"note": ["This is needed."]})
    changes = {"state": State.DONE, "done_at": clock.now(), "done_by": actor, "done_note": note.strip()}
    return _change(item, actor, "action_item.done", changes, _told(item))


@action
def verify_item(item: ActionItem, *, actor: User, note: str = "", expected_version: int | None = None) -> ActionItem:
    """Say that one has looked and it is done. Raises Denied for its owner and whoever did it, StaleState."""
    item = _now(item, expected_version)
    _require_state(item, State.DONE)
    require(rules.may_verify(actor, item, queries.sees(actor, item.incident)))
    changes = {"state": State.VERIFIED, "verified_at": clock.now(), "verified_by": actor, "verified_note": note.strip()}
    return _change(item, actor, "action_item.verified", changes, _told(item))


@action
def give_back_item(item: ActionItem, *, actor: User, reason: str, expected_version: int | None = None) -> ActionItem:
    """Say that what was called done is not: it is to be done again. Raises Denied, Invalid, StaleState."""
    item = _now(item, expected_version)
    _require_state(item, State.DONE)
    require(rules.may_verify(actor, item, queries.sees(actor, item.incident)))
    if not reason.strip():
        raise Invalid("Say what is missing.", fields={"reason": ["This is needed."]})
    changes = {"state": State.OPEN, "done_at": None, "done_by": None, "done_note": "", "overdue_told_at": None}
    return _change(item, actor, "action_item.back", changes, _told(item), reason)


@action
def drop_item(item: ActionItem, *, actor: User, reason: str, expected_version: int | None = None) -> ActionItem:
    """Drop an item for a reason that stays on record. Raises Denied, Invalid, StaleState."""
    item = _now(item, expected_version)
    if item.state not in ActionItem.PENDING:
        raise StaleState(f"It is {item.get_state_display().lower()} already.", fix="Reload it.")
    require(rules.may_drop(actor, item))
    if not reason.strip():
        raise Invalid("Say why it is dropped.", fields={"reason": ["This is needed."]})
    changes = {"state": State.DROPPED, "dropped_at": clock.now(), "dropped_why": reason.strip()}
    return _change(item, actor, "action_item.dropped", changes, _told(item), reason)


@action
def hand_over_item(item: ActionItem, *, actor: User, owner: User, reason: str = "") -> ActionItem:
    """Give an item to another person, as when its owner leaves. Raises Denied, Invalid."""
    return change_item(item, actor=actor, owner=owner, reason=reason)


@action
def tell_overdue(item: ActionItem, *, actor: User) -> ActionItem:
    """Note that an item is past its day, so that its owner and leaders are told; once for each day it was due on."""
    item = _now(item, None)
    if not rules.is_overdue(item, day_of(clock.now())) or item.overdue_told_at is not None:
        raise StaleState("It is not overdue, or was told of.")
    return _change(item, actor, "action_item.overdue", {"overdue_told_at": clock.now()}, _told(item))


def _check(what: str, owner: User, due_on: date | None) -> None:
    wrong: dict[str, list[str]] = {}
    if not what.strip():
        wrong["what"] = ["Say what is to be done."]
    if not (verdict := people.may_own(owner)):
        wrong["owner"] = [verdict.reason]
    if due_on is not None and due_on < day_of(clock.now()):
        wrong["due_on"] = ["This day has passed."]
    if wrong:
        raise Invalid("This action item is not whole.", fields=wrong)


def _now(item: ActionItem, expected_version: int | None) -> ActionItem:
    rows = ActionItem.objects.select_for_update(of=("self",)).select_related(
        "incident__surface", "incident__owner", "owner", "postmortem__incident"
    )
    found = rows.get(pk=item.pk)
    if expected_version is not None and found.version != expected_version:
        raise transitions.stale(found)
    return found


def _require_state(item: ActionItem, state: str) -> None:
    if item.state != state:
        raise StaleState(f"It is {item.get_state_display().lower()}.", fix="Reload it to see who was first.")


def _change(
    item: ActionItem, actor: User, kind: str, changes: dict[str, Any], told: dict[str, Any], reason: str = ""
) -> ActionItem:
    return transitions.change(
        item, actor=actor, kind=kind, changes=changes, payload=told, touches=item.ledger_touches, reason=reason
    )


def _told(item: ActionItem) -> dict[str, Any]:
    return {
        "what": item.what,
        "owner": item.owner.ref,
        "due_on": item.due_on,
        "incident": f"INC-{item.incident_id}",
        "postmortem": item.postmortem.key if item.postmortem else "",
    }
