"""Differences in the budget, told as money in a period, since that is what people agree to."""

from collections.abc import Iterator
from typing import Any

from registry.contracts.diff_common import changed, fields, part_of
from registry.contracts.differences import Difference, Expansion, Op
from registry.contracts.facts import Names
from registry.contracts.problems import thousands
from registry.contracts.shape import Contract

LIMITS = (("hard_percent", "hard limit"), ("soft_percent", "warning"))


def budget(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """The limits, then the owner; fields by themselves only where no limit tells of them."""
    before, after = part_of(old, "budget"), part_of(new, "budget")
    moved = [(name, key) for key, name in LIMITS if _money(before, key) != _money(after, key)]
    for name, key in moved:
        yield _limit_changed(name, key, before, after)
    was, now = before.get("owner"), after.get("owner")
    if was != now:
        yield changed(("budget", "owner"), was and names.of("people", was), now and names.of("people", now), "budget")
    if not moved:
        yield from fields(("budget",), before, after, "budget", skip=("owner",))


def _limit(budget_: Contract, key: str) -> float | None:
    amount = budget_.get("amount")
    percent = budget_.get(key, 100 if key == "hard_percent" else None)
    return None if amount is None or percent is None else round(amount * percent / 100, 6)


def _unit(budget_: Contract) -> tuple[Any, Any]:
    return budget_.get("currency"), budget_.get("period")


def _money(budget_: Contract, key: str) -> str:
    limit = _limit(budget_, key)
    if limit is None:
        return ""
    currency, period = _unit(budget_)
    return " ".join(filter(None, (thousands(limit), currency, f"a {period}" if period else "")))


def _limit_changed(name: str, key: str, old: Contract, new: Contract) -> Difference:
    before, after, subject = _money(old, key), _money(new, key), f"budget {name}"
    if before and after:
        start = thousands(_limit(old, key) or 0) if _unit(old) == _unit(new) else before
        sentence = f"{subject} {start} to {after}"
    else:
        sentence = f"{subject} set to {after}" if after else f"{subject} removed, was {before}"
    why = _widens(old, new) if key == "hard_percent" else ""
    op: Op = "changed" if before and after else "added" if after else "removed"
    return Difference(
        "budget",
        subject,
        op,
        sentence,
        ("budget",),
        before,
        after,
        expansions=(Expansion("spend", why),) if why else (),
    )


def _widens(old: Contract, new: Contract) -> str:
    was, now = _limit(old, "hard_percent"), _limit(new, "hard_percent")
    if was is None:
        return ""
    if now is None:
        return "It has no budget any more."
    if _unit(old) != _unit(new):
        return "The budget is in another currency or period; compare the two."
    return "It may spend more." if now > was else ""
