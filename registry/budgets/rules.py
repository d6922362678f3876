"""Who keeps objectives and counts for them, what an objective must say, and what a spent budget refuses: pure decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.budgets.models import LONGEST_WINDOW, MOST_COUNTED, Objective, Source
from registry.contracts.diff import diff
from registry.contracts.facts import Names
from registry.surfaces.models import Surface, SurfaceState

HELD_AREAS = ("authority", "data", "reach", "safeguards")
"""In these a spent budget lets nothing widen. Another model or more money are left: they may be what mends it."""
EARLIEST = timedelta(days=LONGEST_WINDOW)
AHEAD = timedelta(minutes=5)
"""Clocks differ: so far into the future a moment is taken."""
MOST_EVENTS = 1000
COUNTED_BY_HAND = (Source.REST, Source.OBSERVATIONS)


def may_keep(user: Any, surface: Surface, may_edit: Verdict) -> Verdict:
    """Say whether a person may set objectives for a surface and count for them: who may edit it, while it is not retired."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if surface.state == SurfaceState.RETIRED:
        return deny("This surface is retired; nothing counts against it any more.")
    return may_edit


def may_change_terms(is_held: bool) -> Verdict:
    """Say whether what an objective asks for may change: not while its spent budget holds, or it would free itself."""
    if is_held:
        return deny(
            "Its budget is spent, so what it asks for stays as it is until the budget has recovered.",
            fix="Ask for an exception, which somebody approves and which ends by itself.",
        )
    return ALLOW


def may_count(objective: Objective, good: int, bad: int) -> Verdict:
    """Say whether somebody may count these events for it: what incidents and evals count is theirs alone."""
    if objective.state != Objective.State.ACTIVE:
        return deny("This objective is retired.", fix="Count for one that is in use.")
    if objective.source in COUNTED_BY_HAND:
        return ALLOW
    if objective.source == Source.INCIDENTS and not bad:
        return ALLOW
    what = "Bad events of this objective come" if objective.source == Source.INCIDENTS else "Events of this objective come"
    return deny(f"{what} from {objective.get_source_display().lower()} by themselves.", fix="Count good events only, or none.")


def wrong_terms(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with what an objective is to ask for, by field; nothing when it can be kept."""
    wrong: dict[str, list[str]] = {}
    if not str(given["name"]).strip():
        wrong["name"] = ["Give it a name."]
    if not str(given["bad_means"]).strip():
        wrong["bad_means"] = ["Say what counts as bad, so that two people count alike."]
    if given["target"] is None:
        wrong["target"] = ["Policy offers none for this surface's tier; say which share has to be good."]
    elif not 0 < Decimal(given["target"]) < 1:
        wrong["target"] = ["Above 0 and below 1: an objective of 1 leaves nothing to use."]
    if not 1 <= int(given["window_days"]) <= LONGEST_WINDOW:
        wrong["window_days"] = [f"1 to {LONGEST_WINDOW} days."]
    if given["source"] not in Source.values:
        wrong["source"] = [f"One of {', '.join(Source.values)}."]
    if not 0 <= int(given["expected_events"]) <= MOST_COUNTED:
        wrong["expected_events"] = [f"0 to {MOST_COUNTED:,}."]
    elif given["source"] == Source.INCIDENTS and not given["expected_events"]:
        wrong["expected_events"] = ["Incidents tell of bad events only: say how many events a window has."]
    if given.get("suite") is not None and given["source"] != Source.EVALS:
        wrong["suite"] = ["Only eval runs are narrowed to a suite."]
    return wrong


def wrong_event(good: int, bad: int, at: datetime, key: str, now: datetime) -> str:
    """Return what is wrong with one counted event, or nothing."""
    if not key.strip():
        return "It has no key; send one of your own, so that sent twice it counts once."
    if good < 0 or bad < 0 or not good + bad:
        return "Good and bad are whole numbers from 0 on, and not both 0."
    if max(good, bad) > MOST_COUNTED:
        return f"At most {MOST_COUNTED:,} events in one."
    if at > now + AHEAD:
        return "Its moment lies in the future."
    if at < now - EARLIEST:
        return f"Its moment is more than {LONGEST_WINDOW} days ago, beyond every window."
    return ""


def expansions(
    old: Mapping[str, Any], new: Mapping[str, Any], *, tiers: tuple[int | None, int], names: Names | None = None
) -> Sequence[str]:
    """Return in what a proposed contract widens what holds, as sentences; nothing when a spent budget lets it pass.

    A first contract is a rollout of its own. `tiers` are the tier that holds (None where nothing does) and the proposed one.
    """
    if not old:
        return ("It would come into use for the first time.",)
    before, after = tiers
    higher = (f"Its tier rises from {before} to {after}.",) if before is not None and after > before else ()
    found = diff(dict(old), dict(new), names).expansions
    return (*higher, *(one.why for one in found if one.area in HELD_AREAS))
