"""Lowers the mode of a surface: one person, at once."""

from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger.journal import action
from governance.people.models import User
from registry.modes import queries, rules
from registry.modes.actions.moving import locked, move, require_reason
from registry.modes.models import ModeChange
from registry.surfaces.models import Surface


@action
def lower(
    surface: Surface,
    *,
    actor: User,
    to: str,
    reason: str,
    expected_version: int | None = None,
    drill: str = "",
    standing: str = "",
) -> ModeChange:
    """Lower the mode, from this moment on, everywhere. Returns the step.

    `drill` is the key of the drill that it belongs to; `standing` the capacity that the caller worked out for this person
    (such as leading an incident of this surface), where they have none of `queries.standing`. Raises Denied for who may not,
    Invalid without a reason or for a mode that is not below the present one, StaleState when the mode moved since
    `expected_version` was seen.
    """
    surface = locked(surface, expected_version)
    standing = queries.standing(actor, surface) or standing
    require(rules.may_lower(actor, surface, standing))
    if to == surface.mode:
        raise StaleState(f"{surface} is in this mode already.", fix="Nothing is left to do.")
    verdict = rules.is_lowering(surface, to)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"to": [verdict.reason]})
    return move(surface, to, actor=actor, reason=require_reason(reason), standing=standing, drill=drill)
