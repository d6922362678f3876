"""Positions, and who holds them from one day to another."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.text import slugify

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules
from governance.people.bench import day_of
from governance.people.models import Holding, Position, Team, User


@action
def create_position(
    name: str,
    *,
    actor: User,
    key: str = "",
    description: str = "",
    per_team: bool = False,
    reason: str = "",
) -> Position:
    """Make a position. Raises Denied, Invalid or Conflict."""
    require(rules.may_keep_positions(actor))
    position = Position(key=key or slugify(name)[:60], name=name, description=description, per_team=per_team)
    return transitions.create(position, actor=actor, kind="position.created", payload={"name": name}, reason=reason)


@action
def change_position(
    position: Position,
    *,
    actor: User,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
    reason: str = "",
) -> Position:
    """Change name or description. Raises Denied, Invalid or StaleState."""
    require(rules.may_keep_positions(actor))
    unknown = set(changes) - {"name", "description"}
    if unknown:
        raise Invalid("A position has no such field.", fields={name: ["Unknown."] for name in sorted(unknown)})
    return transitions.change(
        position,
        actor=actor,
        kind="position.changed",
        changes=changes,
        expected_version=expected_version,
        payload={"name": changes.get("name", position.name)},
        reason=reason,
    )


@action
def name_holder(
    position: Position,
    *,
    actor: User,
    person: User,
    team: Team | None = None,
    is_deputy: bool = False,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
) -> Holding:
    """Name a holder or a deputy from a day (today) to a day (open). Raises Denied, Invalid or Conflict."""
    require(rules.may_keep_positions(actor))
    verdict = rules.may_hold(person)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"person": [verdict.reason]})
    if team is not None and not position.per_team:
        message = f"{position} is held for the whole company."
        raise Invalid(message, fix="Leave the team empty.", fields={"team": [message]})
    starts_on = starts_on or day_of(clock.now())
    _refuse_overlap(position, person, team, starts_on, ends_on)
    holding = Holding(
        position=position,
        person=person,
        team=team,
        is_deputy=is_deputy,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    told = {"part": "deputy" if is_deputy else "holder", "position": position.name, "person": person.ref}
    return transitions.create(
        holding, actor=actor, kind="position.holder_named", payload=told, touches=(position, person), reason=reason
    )


@action
def end_holding(
    holding: Holding, *, actor: User, ends_on: date | None = None, expected_version: int | None = None, reason: str = ""
) -> Holding:
    """Let a holding end with a day, or at once. Raises Denied, Invalid or StaleState.

    At once means with yesterday; one that began today or later is taken out of the list, and stays in the history.
    """
    require(rules.may_keep_positions(actor))
    told = {"position": holding.position.name, "person": holding.person.ref}
    last_day = ends_on or day_of(clock.now()) - timedelta(days=1)
    if ends_on is None and last_day < holding.starts_on:
        if expected_version is not None and holding.version != expected_version:
            raise transitions.stale(holding)
        transitions.remove(holding, actor=actor, kind="position.holder_ended", payload=told, reason=reason)
        return holding
    return transitions.change(
        holding,
        actor=actor,
        kind="position.holder_ended",
        changes={"ends_on": last_day},
        expected_version=expected_version,
        payload=told,
        touches=(holding.position, holding.person),
        reason=reason,
    )


def _refuse_overlap(position: Position, person: User, team: Team | None, starts_on: date, ends_on: date | None) -> None:
    same = Holding.objects.filter(position=position, person=person, team=team)
    same = same.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        same = same.filter(starts_on__lte=ends_on)
    if same.exists():
        raise Conflict(f"{person} already has a part in {position} in that time.", fix="End that one first.")
