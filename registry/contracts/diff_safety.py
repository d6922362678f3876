"""Differences in what holds a surface back: kill switch, limits of a run, human review."""

from collections.abc import Iterator

from registry.contracts.diff_common import changed, fields, lines, part_of
from registry.contracts.differences import Difference, Expansion
from registry.contracts.facts import Names
from registry.contracts.shape import Contract

REVIEW = ("never", "sampled", "threshold", "always")
"""From the loosest to the tightest."""


def kill_switch(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Rungs one by one; a rung that goes is a lever that is missed."""
    before, after = part_of(old, "kill_switch"), part_of(new, "kill_switch")
    lost = Expansion("safeguards", "It can be lowered in fewer ways.")
    yield from lines(("kill_switch", "rungs"), before.get("rungs", []), after.get("rungs", []), "recovery", less=lost)
    yield from fields(("kill_switch",), before, after, "recovery", skip=("rungs",))


def limits(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Each limit; one that is raised or goes widens what one run may do."""
    before, after = part_of(old, "limits"), part_of(new, "limits")
    for key in ("steps", "tool_calls", "spend"):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        area = "spend" if key == "spend" else "authority"
        why = (Expansion(area, "One run may go further before it stops."),) if was is not None and _looser(was, now) else ()
        yield changed(("limits", key), was, now, "limits", expands=why)


def _looser(was: int | Contract, now: int | Contract | None) -> bool:
    if now is None:
        return True
    if isinstance(was, dict) and isinstance(now, dict):
        return bool(was["currency"] != now["currency"] or now["amount"] > was["amount"])
    return bool(now > was)  # type: ignore[operator]


def human_review(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """When a person looks; looking less widens."""
    before, after = part_of(old, "human_review"), part_of(new, "human_review")
    was, now = before.get("when"), after.get("when")
    if was != now:
        less = was is not None and (now is None or REVIEW.index(now) < REVIEW.index(was))
        why = (Expansion("safeguards", "A person looks less often."),) if less else ()
        yield changed(("human_review", "when"), was, now, "oversight", expands=why)
    for key in ("threshold", "sample_percent"):
        if before.get(key) != after.get(key):
            looser = before.get(key) is not None and (key == "threshold" or (after.get(key) or 0) < before[key])
            why = (Expansion("safeguards", "Other outputs are checked by a person than before."),) if looser else ()
            yield changed(("human_review", key), before.get(key), after.get(key), "oversight", expands=why)
    yield from fields(("human_review",), before, after, "oversight", skip=("when", "threshold", "sample_percent"))
