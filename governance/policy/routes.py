"""Who approves what, computed from one policy: pure, and always from the version that holds when it is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.core.errors import Invalid

SETTLES_ALONE = ("rollback", "emergency")
"""Kinds of change whose own route holds whatever else the change touches: speed is what they are for."""
GIVES_BACK = ("mode", "quarantine")
"""Raising what was lowered, lifting what was quarantined: the tier's own approvers, unless policy names others."""


@dataclass(frozen=True, slots=True)
class Route:
    """Who approves: positions, each with how many people; in order or side by side; in which lane, and why so."""

    steps: tuple[tuple[str, int], ...]
    in_order: bool
    lane: str
    lane_name: str
    decide_hours: int
    approval_days: int
    why: str

    @property
    def people(self) -> int:
        """How many people have to agree."""
        return sum(count for _, count in self.steps)


@dataclass(frozen=True, slots=True)
class _Rule:
    steps: list[Mapping[str, Any]]
    in_order: bool
    lane: str
    why: str


def resolve(
    policy: Mapping[str, Any], subject: str, *, tier: int | None = None, change_kinds: Iterable[str] = (), regulated: bool = False
) -> Route | None:
    """Return the route of a subject; None where policy demands no approval of such a thing.

    A change of several kinds takes the steps of all their routes together, in the slowest of their lanes.
    """
    kinds = set(change_kinds)
    alone = [kind for kind in SETTLES_ALONE if kind in kinds]
    wanted = alone[:1] or sorted(kinds) or [""]
    rules = [rule for kind in wanted if (rule := _rule(policy, subject, tier, kind))]
    if not rules:
        return None
    lanes = {lane["key"]: lane for lane in policy["lanes"]}
    slowest = max((lanes[rule.lane] for rule in rules), key=lambda lane: int(lane["decide_hours"]))
    return Route(
        steps=tuple(_together(rules, regulated).items()),
        in_order=any(rule.in_order for rule in rules),
        lane=slowest["key"],
        lane_name=slowest["name"],
        decide_hours=slowest["decide_hours"],
        approval_days=slowest["approval_days"],
        why="; ".join(dict.fromkeys(rule.why for rule in rules)),
    )


def is_regulated(policy: Mapping[str, Any], data_classes: Iterable[str], *, decides: bool = False) -> bool:
    """Whether named data classes, or a decision about people with sensitive data, make a thing regulated in a policy."""
    named = set(data_classes)
    held = [each for each in policy["data_classes"] if each["key"] in named]
    return any(each["regulated"] or (decides and each["sensitive"]) for each in held)


def _together(rules: list[_Rule], regulated: bool) -> dict[str, int]:
    steps: dict[str, int] = {}
    for rule in rules:
        for step in rule.steps:
            if step["when"] == "always" or regulated:
                steps[step["position"]] = max(steps.get(step["position"], 0), step["count"])
    return steps


def _rule(policy: Mapping[str, Any], subject: str, tier: int | None, kind: str) -> _Rule | None:
    held = {(each["change_kind"], each["tier"]): each for each in policy["routes"] if each["subject"] == subject}
    found = (held.get((kind, tier)) or held.get((kind, None))) if kind else None
    if found is None and subject == "change":
        return _of_tier(policy, tier)
    found = found or held.get(("", tier)) or held.get(("", None))
    if found is None and subject in GIVES_BACK:
        return _of_tier(policy, tier)
    if found is None:
        return None
    what = f"{kind} of a surface" if kind else f"a {subject}"
    of_tier = f" in tier {found['tier']}" if found["tier"] is not None else ""
    return _Rule(found["steps"], found["in_order"], found["lane"], f"Policy names who approves {what}{of_tier}")


def _of_tier(policy: Mapping[str, Any], tier: int | None) -> _Rule:
    if tier is None:
        raise Invalid(
            "It has no tier yet, and the tier decides who approves.", fix="Set its tier first.", fields={"tier": ["Needed."]}
        )
    found = next((each for each in policy["tiers"] if each["number"] == tier), None)
    if found is None:
        raise Invalid(f"There is no tier {tier}.", fix="Tiers are 0 to 4.", fields={"tier": ["One of 0 to 4."]})
    return _Rule(found["approvers"], found["in_order"], found["lane"], f"Approvers of tier {tier}, {found['name']}")
