"""Declares freezes and ends them early."""

from collections.abc import Iterable
from datetime import datetime

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Team, User
from governance.policy import queries as policy
from registry.changes import rules
from registry.changes.models import FreezeScope, FreezeWindow


@action
def freeze(
    *,
    actor: User,
    name: str,
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    tiers: Iterable[int] = (),
    teams: Iterable[Team] = (),
) -> FreezeWindow:
    """Declare that nothing new comes into force from one moment to another, everywhere or for some tiers and teams.

    Moments are aware. Raises Denied by role, Invalid for an end that is past or before the start, or an unknown tier.
    """
    require(rules.may_freeze(actor))
    wrong: dict[str, list[str]] = {}
    if ends_at <= starts_at:
        wrong["ends_at"] = ["A freeze ends after it starts."]
    elif ends_at <= clock.now():
        wrong["ends_at"] = ["This has passed already; a freeze holds what is to come."]
    if not reason.strip():
        wrong["reason"] = ["Say why: whoever is held reads it."]
    if wrong:
        raise Invalid("This freeze cannot be declared.", fields=wrong)
    chosen, named = sorted(set(tiers)), list({team.pk: team for team in teams}.values())
    for number in chosen:
        policy.tier(number)
    window = FreezeWindow(name=name, reason=reason.strip(), starts_at=starts_at, ends_at=ends_at, made_by=actor)
    told = {"name": name, "starts_at": starts_at, "ends_at": ends_at, "tiers": chosen, "teams": [team.key for team in named]}
    transitions.create(window, actor=actor, kind="freeze.declared", payload=told)
    FreezeScope.objects.bulk_create(
        [FreezeScope(window=window, tier=number) for number in chosen] + [FreezeScope(window=window, team=team) for team in named]
    )
    return window


@action
def end_freeze(window: FreezeWindow, *, actor: User, reason: str, expected_version: int | None = None) -> FreezeWindow:
    """End a freeze before its time, or call it off before it starts. Raises Denied, StaleState, Invalid without a reason."""
    window = FreezeWindow.objects.select_for_update().get(pk=window.pk)
    if expected_version is not None and window.version != expected_version:
        raise transitions.stale(window)
    require(rules.may_end_freeze(actor, window, clock.now()))
    if not reason.strip():
        raise Invalid("Say why it ends early.", fields={"reason": ["Whoever declared it reads this."]})
    return transitions.change(
        window,
        actor=actor,
        kind="freeze.ended",
        changes={"ended_at": clock.now(), "ended_why": reason.strip()},
        payload={"name": window.name},
        reason=reason.strip(),
    )
