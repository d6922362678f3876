"""Which way each kind of change goes in each tier: computed from the policy in force, with how many are under way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from governance.core.errors import Invalid
from governance.policy import queries as policy
from governance.policy.routes import Route
from registry.changes import queries
from registry.changes.models import Change
from registry.contracts.differences import KINDS

SPECIAL = {"rollback": "Rollback", "emergency": "Emergency", "new": "First contract"}


@dataclass(frozen=True, slots=True)
class Lane:
    """One way through a tier: which kinds of change take it, who approves, how fast, and how many are open in it."""

    kinds: tuple[str, ...]
    called: tuple[str, ...]
    key: str
    name: str
    people: tuple[str, ...]
    where_regulated: tuple[str, ...]
    in_order: bool
    decide_hours: int
    approval_days: int
    is_usual: bool
    open: int


@dataclass(frozen=True, slots=True)
class TierLanes:
    """The lanes of one tier; the one that most kinds of change take comes first."""

    number: int
    name: str
    lanes: tuple[Lane, ...]


def lanes(user: Any) -> list[TierLanes]:
    """Return the lanes of every tier, with the open changes among those that a person may see; three queries."""
    document = policy.document()
    opened = queries.visible_to(user).filter(state__in=Change.OPEN_STATES).order_by()
    count = Counter(opened.values_list("revision__tier", "request__lane"))
    named = {each["change_kind"] for each in document["routes"] if each["subject"] == "change" and each["change_kind"]}
    kinds = [*KINDS, *sorted(named - set(KINDS) - set(SPECIAL)), *SPECIAL]
    return [TierLanes(tier["number"], tier["name"], tuple(_of_tier(tier["number"], kinds, count))) for tier in document["tiers"]]


def _of_tier(tier: int, kinds: Iterable[str], count: Counter[Any]) -> list[Lane]:
    ways: dict[tuple[Any, ...], list[str]] = {}
    routes: dict[tuple[Any, ...], tuple[Route, Route]] = {}
    for kind in kinds:
        try:
            plain = policy.route_for("change", tier=tier, change_kinds=[kind])
            strict = policy.route_for("change", tier=tier, change_kinds=[kind], regulated=True)
        except Invalid:
            continue  # policy names nobody for this kind; proposing one says so
        way = (plain.lane, plain.steps, strict.steps, plain.in_order)
        ways.setdefault(way, []).append(kind)
        routes[way] = plain, strict
    ordered = sorted(ways.items(), key=lambda item: len(item[1]), reverse=True)
    return [_lane(found, *routes[way], tier, count, place == 0) for place, (way, found) in enumerate(ordered)]


def _lane(kinds: list[str], plain: Route, strict: Route, tier: int, count: Counter[Any], is_usual: bool) -> Lane:
    asked, more = dict(plain.steps), dict(strict.steps)
    return Lane(
        tuple(kinds),
        tuple(SPECIAL.get(kind) or KINDS.get(kind, kind.capitalize()) for kind in kinds),
        plain.lane,
        plain.lane_name,
        tuple(_said(asked)),
        tuple(_said({key: number - asked.get(key, 0) for key, number in more.items() if number > asked.get(key, 0)})),
        plain.in_order,
        plain.decide_hours,
        plain.approval_days,
        is_usual,
        count[tier, plain.lane],
    )


def _said(steps: dict[str, int]) -> list[str]:
    called = {row["key"]: row["name"] for row in policy.document()["positions"]}
    return [called.get(key, key) + (f" × {number}" if number > 1 else "") for key, number in steps.items()]
