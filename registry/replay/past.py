"""One past change under another policy: pure functions over plain facts and two policy documents."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from governance.policy import routes, rows
from governance.policy.routes import Route
from registry.contracts.completeness import completeness
from registry.contracts.facts import DataClassFacts, TierFacts, tier_of
from registry.contracts.problems import listed
from registry.contracts.tiers import implications

Document = Mapping[str, Any]
CAME_IN = ("in_force", "superseded")
"""States of a change that came into force."""
ENDED = ("rejected", "withdrawn", "expired", "voided")
RED = ("not_met", "expired")

OUTCOMES = {
    "stopped": ("Stopped", "stop", "came into force and would not have, as far as is known"),
    "through": ("Let through", "warn", "ended without approval and would have come into force"),
    "sooner": ("Sooner", "ok", "would have had all approvals earlier"),
    "otherwise": ("Another way", "wait", "would have gone another way to the same end"),
    "same": ("As it was", "until", "nothing would be different"),
}
"""Outcome: its title, its mark, and what it means in a sentence."""


@dataclass(frozen=True, slots=True)
class Yes:
    """One approval that was given: as which position, by whom, and when."""

    position: str
    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """A change as it went: what was asked, who said yes, how it ended. `standing` is None where no clearance was kept."""

    key: str
    title: str
    surface: str
    surface_key: str
    tier: int
    kinds: tuple[str, ...]
    contract: dict[str, Any]
    state: str
    asked_at: datetime
    settled_at: datetime | None
    asked: Mapping[str, int]
    lane: str
    given: tuple[Yes, ...] = ()
    rejected_as: tuple[str, ...] = ()
    standing: Mapping[str, str] | None = None
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a draft would have done to one change: the outcome, why, and what nobody can know."""

    past: Past
    outcome: str
    then: str
    now: str
    reasons: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    hours_sooner: float = 0.0


@dataclass
class Reading:
    """One policy document with what is worked out of it once and used for every change."""

    document: Document
    tiers: tuple[TierFacts, ...] = field(init=False)
    classes: tuple[DataClassFacts, ...] = field(init=False)
    controls: dict[int, dict[str, tuple[str, bool]]] = field(init=False)
    positions: dict[str, str] = field(init=False)
    lanes: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        found = rows.tiers(self.document)
        self.tiers = tuple(_facts(tier) for tier in found)
        self.classes = tuple(
            DataClassFacts(row["key"], row["name"], row["sensitive"], row["minimum_tier"])
            for row in self.document["data_classes"]
        )
        self.controls = {
            tier["number"]: {
                row["key"]: (row["title"], bool(row["blocking"]) and tier["number"] >= int(row["blocks_from"]))
                for row in tier["controls"]
            }
            for tier in found
        }
        self.positions = {row["key"]: row["name"] for row in self.document["positions"]}
        self.lanes = {row["key"]: row["name"] for row in self.document["lanes"]}

    def route(self, past: Past) -> Route | None:
        """Return who approves a change under this policy."""
        named = [row["key"] for row in past.contract.get("inputs", {}).get("data_classes", [])]
        decides = past.contract.get("outputs", {}).get("decision") in {"supports", "makes"}
        regulated = routes.is_regulated(self.document, named, decides=decides)
        return routes.resolve(self.document, "change", tier=past.tier, change_kinds=past.kinds, regulated=regulated)

    def said(self, steps: Mapping[str, int], lane: str) -> str:
        """Say a route in words: its lane, then who approves."""
        people = [self.positions.get(key, key) + (f" × {count}" if count > 1 else "") for key, count in steps.items()]
        return f"{self.lanes.get(lane, lane)}: {', '.join(people) or 'nobody'}"


def _facts(tier: Mapping[str, Any]) -> TierFacts:
    threshold = tier["eval_threshold"]
    return TierFacts(
        number=tier["number"],
        name=tier["name"],
        demands=tuple(control["title"] for control in tier["controls"]),
        approvers=tuple(step["position"] for step in tier["approvers"]),
        logging=tuple(tier["logging_minimum"]),
        eval_threshold=None if threshold is None else float(threshold),
        drill_days=tier["drill_days"],
        review_months=tier["review_months"],
    )


def weigh(past: Past, before: Reading, draft: Reading) -> Verdict:
    """Return what a draft would have done to a change that went under the policy `before`."""
    route = draft.route(past)
    needed = dict(route.steps) if route is not None else {}
    lane = route.lane if route is not None else past.lane
    then, now = before.said(past.asked, past.lane), draft.said(needed, lane)
    reasons = [*_tier(past, before, draft), *_lacks(past, before, draft)]
    held, unknown = _controls(past, before, draft)
    reasons += held
    missing = _missing(needed, past.given)
    said: dict[str, Any] = {
        "past": past,
        "then": then,
        "now": now,
        "unknown": tuple(unknown + _never_asked(missing, past, draft)),
    }
    if past.state in CAME_IN:
        reasons += [f"{draft.positions.get(key, key)} did not approve it{_many(count)}." for key, count in missing.items()]
        return _came_in(past, reasons, needed, lane, said)
    if past.state in ENDED and not reasons and not missing and not set(past.rejected_as) & set(needed):
        return Verdict(outcome="through", reasons=("Everybody whom the draft asks had said yes.",), **said)
    return Verdict(outcome="same" if _is_same(past, needed, lane) else "otherwise", reasons=tuple(reasons), **said)


def _came_in(past: Past, reasons: list[str], needed: Mapping[str, int], lane: str, said: dict[str, Any]) -> Verdict:
    if reasons:
        return Verdict(outcome="stopped", reasons=tuple(reasons), **said)
    hours = _hours_sooner(past, needed)
    if hours > 0:
        told = f"{hours:,.0f} hours earlier" if hours >= 1.5 else "about an hour earlier"
        return Verdict(
            outcome="sooner", reasons=(f"The approvals that the draft asks for were there {told}.",), hours_sooner=hours, **said
        )
    return Verdict(outcome="same" if _is_same(past, needed, lane) else "otherwise", **said)


def _is_same(past: Past, needed: Mapping[str, int], lane: str) -> bool:
    return dict(needed) == dict(past.asked) and lane == past.lane


def _many(count: int) -> str:
    return "" if count == 1 else f", {count} times over"


def _missing(needed: Mapping[str, int], given: Sequence[Yes]) -> dict[str, int]:
    """How many places of a route nobody who said yes can fill; each person fills one (R7)."""
    had = Counter(position for position, _ in {(one.position, one.person) for one in given})
    return {key: count - had[key] for key, count in needed.items() if count > had[key]}


def _never_asked(missing: Mapping[str, int], past: Past, draft: Reading) -> list[str]:
    names = [draft.positions.get(key, key) for key in missing if key not in past.asked]
    if not names:
        return []
    return [f"{listed(names, 'and')} {'was' if len(names) == 1 else 'were'} never asked, and might have agreed."]


def _hours_sooner(past: Past, needed: Mapping[str, int]) -> float:
    """How many hours earlier the last approval that the draft asks for was given than the request was settled."""
    if past.settled_at is None or not needed:
        return 0.0
    last = past.asked_at
    for key, count in needed.items():
        given = sorted(one.at for one in past.given if one.position == key)
        last = max(last, given[count - 1])
    return max(0.0, (past.settled_at - last).total_seconds() / 3600)


def _tier(past: Past, before: Reading, draft: Reading) -> Iterator[str]:
    """R4 under the draft's data classes, where it says more than it did."""
    if before.classes == draft.classes:
        return
    was = max((number for number, _ in implications(past.contract, before.classes)), default=0)
    found = list(implications(past.contract, draft.classes))
    least = max((number for number, _ in found), default=0)
    if least > past.tier and least > was:
        why = " ".join(why for number, why in found if number == least)
        yield f"It would have to be tier {least}, and was tier {past.tier}: {why}"


def _lacks(past: Past, before: Reading, draft: Reading) -> Iterator[str]:
    """What the contract lacks for its tier under the draft, and did not lack before: logging, thresholds, drills."""
    old, new = tier_of(past.tier, before.tiers), tier_of(past.tier, draft.tiers)
    if old == new:
        return
    known = {(one.pointer, one.what) for one in completeness(past.contract, old)}
    for one in completeness(past.contract, new):
        if (one.pointer, one.what) not in known:
            yield one.what


def _controls(past: Past, before: Reading, draft: Reading) -> tuple[list[str], list[str]]:
    """Controls that the draft lets hold a change and that did not: known to be red then, or not known."""
    if past.waived or past.state not in CAME_IN:
        return [], []
    earlier = before.controls.get(past.tier, {})
    newly = {
        key: title
        for key, (title, blocking) in draft.controls.get(past.tier, {}).items()
        if blocking and not earlier.get(key, ("", False))[1]
    }
    standing = past.standing or {}
    red = [f"“{title}” was not met." for key, title in newly.items() if standing.get(key) in RED]
    unseen = [title for key, title in newly.items() if key not in standing]
    return red, [f"Whether {listed([f'“{title}”' for title in unseen], 'and')} held then was not recorded."] if unseen else []
