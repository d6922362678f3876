"""What would come of a contract: what differs, what is wrong or missing, which controls it breaks, who would approve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.policy import queries as policy
from governance.policy.routes import Route
from registry.changes import queries, rules
from registry.changes.models import Change
from registry.contracts import completeness, facts, tiers
from registry.contracts.canonical import fingerprint
from registry.contracts.completeness import Missing
from registry.contracts.diff import diff
from registry.contracts.differences import Diff
from registry.contracts.problems import Problem
from registry.contracts.shape import Contract
from registry.controls import queries as controls
from registry.controls.standing import Result
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

PROBLEMS, NOTHING, WOULD_PROPOSE, ALREADY = "problems", "nothing_to_propose", "would_propose", "already_proposed"


@dataclass(frozen=True)
class Turn:
    """A control that the contract turns: how it stands now (None: nothing holds yet), and how it would."""

    now: Result | None
    then: Result


@dataclass(frozen=True)
class Preview:
    """A contract held against what is in force.

    `lacks` are what the surface itself lacks before anything can be proposed, `record_lacks` what the decision record
    does; `breaks` and `mends` are the controls that turn, `holds` those that would hold the release back.
    """

    surface: Surface
    problems: Sequence[Problem]
    difference: Diff
    digest: str = ""
    missing: Sequence[Missing] = ()
    lacks: Sequence[tuple[str, str]] = ()
    record_lacks: Mapping[str, list[str]] | None = None
    minimum_tier: int = 0
    minimum_reasons: Sequence[str] = ()
    breaks: Sequence[Turn] = ()
    mends: Sequence[Turn] = ()
    holds: Sequence[Result] = ()
    route: Route | None = None
    positions: Mapping[str, str] | None = None
    open_change: Change | None = None

    @property
    def outcome(self) -> str:
        """What posting it would lead to."""
        if self.problems:
            return PROBLEMS
        if self.open_change is not None and self.open_change.revision.digest == self.digest:
            return ALREADY
        return WOULD_PROPOSE if self.difference or self.surface.in_force is None else NOTHING

    @property
    def is_ready(self) -> bool:
        """Whether it could be proposed as it is: sound, complete, in a tier that is high enough."""
        return not (self.problems or self.missing or self.lacks or self.record_lacks or not self.tier_is_enough)

    @property
    def tier_is_enough(self) -> bool:
        """Whether the surface's tier is what the contract implies at least (R4)."""
        return (self.surface.tier or 0) >= self.minimum_tier


def preview(surface: Surface, contract: Contract, problems: Sequence[Problem], record: Mapping[str, Any]) -> Preview:
    """Hold a contract, already read, against what is in force for a surface. Nothing is kept."""
    if problems:
        return Preview(surface, problems, diff({}, {}))
    base = surface.in_force.contract if surface.in_force else {}
    difference = diff(base, contract, held.names())
    implied = list(tiers.implications(contract, held.data_class_facts()))
    minimum = max((number for number, _ in implied), default=0)
    if minimum > (surface.tier or 0) and surfaces.is_tier_excepted(surface):
        minimum = surface.tier or 0
    breaks, mends, holds = _controls(surface, contract)
    return Preview(
        surface,
        (),
        difference,
        fingerprint(contract),
        completeness.completeness(contract, facts.tier_of(surface.tier or 0, held.tier_facts())),
        rules.is_ready(surface),
        rules.record_lacks(record, surface.tier or 0),
        minimum,
        [why for number, why in implied if number == minimum],
        breaks,
        mends,
        holds,
        _route(surface, contract, difference),
        {row["key"]: row["name"] for row in policy.document()["positions"]},
        queries.open_change(surface),
    )


def _controls(surface: Surface, contract: Contract) -> tuple[list[Turn], list[Turn], list[Result]]:
    if surface.tier is None:
        return [], [], []
    now = {one.key: one for one in controls.standing(surface).results} if surface.in_force_id else {}
    then = controls.standing(surface, contract=contract)
    turns = [Turn(now.get(one.key), one) for one in then.results]
    breaks = [turn for turn in turns if turn.then.is_red and not (turn.now and turn.now.is_red)]
    mends = [turn for turn in turns if turn.now and turn.now.is_red and not turn.then.is_red]
    return breaks, mends, then.unmet_blocking


def _route(surface: Surface, contract: Contract, difference: Diff) -> Route | None:
    if surface.tier is None:
        return None
    kinds = rules.lane_kinds(difference.kinds, is_new=surface.in_force_id is None, is_rollback=False)
    regulated = held.is_regulated(contract)
    return policy.route_for("change", tier=surface.tier, change_kinds=kinds, regulated=regulated)
