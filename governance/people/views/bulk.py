"""What can be done with many people at once."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import Verdict
from governance.people import actions, rules
from governance.people.forms import MoveForm
from governance.people.models import Team, User
from governance.ui.extensions import BulkAction


def _move(row: User, actor: User, given: Mapping[str, Any]) -> int | None:
    before = row.team_id
    actions.change_person(row, actor=actor, changes={"team": given["team"]}, expected_version=row.version)
    return before


def _described(row: User, given: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.team or "No team"), str(given["team"] or "No team")


def _allowed(row: User, actor: User, given: Mapping[str, Any]) -> Verdict:
    return rules.may_administer_people(actor)


def _move_back(row: User, actor: User, team_id: int | None) -> None:
    before = Team.objects.filter(pk=team_id).first() if team_id is not None else None
    actions.change_person(row, actor=actor, changes={"team": before})


MOVE = BulkAction(
    "team",
    "Move to a team",
    change=_move,
    describe=_described,
    form=MoveForm,
    allowed=_allowed,
    revert=_move_back,
    shown=lambda user: bool(rules.may_administer_people(user)),
)
