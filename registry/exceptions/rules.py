"""How long an exception may last, and who may ask for one or end it: pure decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.exceptions.models import ControlException
from registry.surfaces.models import Surface, SurfaceState

MOST_SURFACES = 200
SOON_DAYS = 14
"""From so many days before its end on, an exception is shown as ending and its owner is reminded."""


@dataclass(frozen=True, slots=True)
class Longest:
    """The last day that an exception may have, in days from its first, and which tier says so."""

    tier: int
    days: int
    starts_on: date
    latest_on: date

    @property
    def why(self) -> str:
        """The reason in words."""
        return f"In tier {self.tier} an exception lasts {self.days} days at most, counted from {self.starts_on:%-d %B %Y}."


def longest(tiers: Iterable[int], days: Mapping[int, int], starts_on: date) -> Longest:
    """Return the longest that the strictest of some tiers allows; `days` is each tier's maximum from policy."""
    tier = min(tiers, key=lambda number: (days[number], -number))
    return Longest(tier, days[tier], starts_on, starts_on + timedelta(days=days[tier]))


def may_end_on(expires_on: date, limit: Longest) -> Verdict:
    """R9: an exception ends after its first day, and within the strictest tier's maximum."""
    if expires_on <= limit.starts_on:
        return deny("It has to end on a later day than it starts.", fix=f"Choose a day until {limit.latest_on:%-d %B %Y}.")
    if expires_on > limit.latest_on:
        return deny(
            f"It may last until {limit.latest_on:%-d %B %Y}. {limit.why}", fix="Choose an earlier day; it can be extended."
        )
    return ALLOW


def may_be_covered(surface: Surface) -> Verdict:
    """Say whether an exception can name a surface: one with a tier that is not retired."""
    if surface.state == SurfaceState.RETIRED:
        return deny(f"{surface} is retired.")
    if surface.tier is None:
        return deny(f"{surface} has no tier, so nothing says how long an exception may last.", fix="Set its tier first.")
    return ALLOW


def may_extend(user: Any, exception: ControlException, *, may_edit: bool) -> Verdict:
    """Say whether a person may ask that an exception goes on: who may edit its surfaces, for one that was in force."""
    if not roles.may_write(user):
        return deny("Auditors read everything and ask for nothing.")
    if exception.state not in {ControlException.State.ACTIVE, ControlException.State.EXPIRED}:
        return deny("Only an exception that is in force, or ended on its day, is extended.", fix="Ask for a new one.")
    if may_edit:
        return ALLOW
    return deny("Only who may edit all of its surfaces asks for more time.", grantors=(str(exception.owner),))


def may_end(user: Any, exception: ControlException, *, may_edit: bool, approvers: Iterable[int] = ()) -> Verdict:
    """Say whether a person may end an exception early: its owner, who asked, who approved, who keeps what it covers."""
    if not roles.may_write(user):
        return deny("Auditors read everything and end nothing.")
    if exception.state != ControlException.State.ACTIVE:
        return deny(f"It is {exception.get_state_display().lower()}; only one in force can be ended.")
    if roles.governs(user) or may_edit or user.pk in {exception.owner_id, exception.requester_id, *approvers}:
        return ALLOW
    return deny("Its owner, who asked for it, or who approved it ends it.", grantors=(str(exception.owner),))


def may_hand_over(user: Any, exception: ControlException) -> Verdict:
    """Say whether a person may name another owner: the owner themselves, and who keeps the policy."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if exception.state not in ControlException.OPEN_STATES:
        return deny(f"It is {exception.get_state_display().lower()}; nobody has to answer for it any more.")
    if roles.governs(user) or user.pk == exception.owner_id:
        return ALLOW
    return deny("Its owner hands it over, or a risk officer does.", grantors=(str(exception.owner),))
