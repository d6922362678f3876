"""May this revision pass, with these runs, under these limits? Pure: everything that speaks against it is said at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registry.controls.standing import Result
from registry.evals import judging
from registry.evals.judging import Standing, TierDemands
from registry.evals.models import EvalRun, EvalSuite
from registry.gates import limits
from registry.gates.limits import Considered
from registry.gates.reasons import Reason
from registry.quarantine.held import NOTHING, Quarantined
from registry.surfaces.models import Revision

CONTROL = "control:"
"""How the code of a reason begins that a control gives."""
EVALS = "evals_above_threshold"
"""The control that says of suites what the gate says of each of them by name."""
FIXES = {
    judging.BELOW: "Mend the cases that fail, and run it again.",
    judging.STALE: "Run it again.",
    judging.MISSING: "Run it and send the results along.",
    judging.UNBOUND: "Run it with the contract's prompts and models.",
}


@dataclass(frozen=True)
class Evidence:
    """What the gate judges from: the contract and its tier, the library, the runs held and those that came along."""

    revision: Revision | None
    tier: TierDemands | None
    suites: Mapping[str, EvalSuite]
    models: Mapping[str, str]
    posted: Sequence[EvalRun]
    latest: Mapping[str, EvalRun]
    unmet: Sequence[Result]
    now: datetime
    limits: Mapping[str, Any] = field(default_factory=dict)
    considered: Considered = field(default_factory=lambda: Considered((), {}))
    quarantined: Quarantined = NOTHING

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The suites that the contract demands."""
        return list(self.revision.contract.get("evals") or ()) if self.revision else []


def standings(seen: Evidence) -> list[Standing]:
    """Return how each run that came along stands, then each suite that the contract demands and nobody sent.

    A run that came along is judged by itself: that a better one lies in store does not mend it.
    """
    if seen.revision is None or seen.tier is None:
        return []
    sent = {run.suite.key for run in seen.posted}
    by_key = {str(row["suite"]).strip(): row for row in seen.rows}
    found: list[Standing] = []
    for run in seen.posted:
        row = by_key.get(run.suite.key, {"suite": run.suite.key})
        found += _judge(seen, [row], {run.suite.key: run})
    return found + _judge(seen, [row for key, row in by_key.items() if key not in sent], seen.latest)


def _judge(seen: Evidence, rows: Sequence[Mapping[str, Any]], runs: Mapping[str, EvalRun]) -> list[Standing]:
    if not rows or seen.revision is None or seen.tier is None:
        return []
    contract = {**seen.revision.contract, "evals": rows}
    return judging.judge(contract, seen.tier, runs, seen.suites, seen.models, seen.now)


def speaks_against(seen: Evidence, standing: Sequence[Standing]) -> Iterator[Reason]:
    """Yield every reason against letting it pass."""
    if seen.revision is None:
        text = "Nothing is proposed or in force, so there is nothing that the runs could speak for."
        yield Reason("no_revision", text, "Propose the contract first.")
    against = [each for each in standing if not each.is_passing]
    for each in against:
        yield Reason(f"suite_{each.state}", f"{each.name}: {each.why}", FIXES[each.state])
    for named in seen.quarantined.named_in(seen.revision.contract) if seen.revision else ():
        text = f"The {named.kind} {named.key} is in quarantine ({named.by}); no surface uses it."
        yield Reason("quarantined", text, "Have the quarantine lifted, or build without it.")
    yield from limits.broken(seen.limits, seen.considered)
    for control in seen.unmet:
        if not (control.key == EVALS and against):
            yield Reason(f"{CONTROL}{control.key}", f"{control.title}: {control.why}", control.next_step)


def measured(standing: Sequence[Standing]) -> list[dict[str, Any]]:
    """Return one plain line for each suite that was looked at."""
    return [
        {
            "suite": each.key,
            "state": each.state,
            "why": each.why,
            "run": each.run.key if each.run else None,
            "pass_rate": float(each.run.pass_rate) if each.run and each.run.pass_rate is not None else None,
            "threshold": float(each.threshold) if each.threshold is not None else None,
            "cost": float(each.run.cost) if each.run and each.run.cost is not None else None,
            "currency": each.run.currency if each.run else "",
            "latency_p95_ms": each.run.latency_p95_ms if each.run else None,
        }
        for each in standing
    ]
