"""How a suite stands for a contract: passing, below, stale, missing or unbound, and until when. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from registry.evals.binding import Demanded, demanded, differences
from registry.evals.models import EvalRun, EvalSuite, SuiteVersion

PASSING, BELOW, STALE, MISSING, UNBOUND = "passing", "below", "stale", "missing", "unbound"
LABELS = {PASSING: "Passing", BELOW: "Below", STALE: "Stale", MISSING: "No run", UNBOUND: "Does not count"}


class TierDemands(Protocol):
    """What is asked of a tier: policy's Tier and contracts' TierFacts both have it."""

    @property
    def number(self) -> int:
        """0 to 4."""

    @property
    def eval_threshold(self) -> Any:
        """The least pass rate, 0 to 1, or None."""

    @property
    def eval_freshness_days(self) -> int | None:
        """For how many days a run counts, or None: for ever."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one suite of a contract stands. `suite` is None where the library has none of that key.

    `run` is the one that decides: the newest made with the contract's prompts and models, else the newest of all.
    `turns_at` is when a passing suite turns stale by itself.
    """

    key: str
    suite: EvalSuite | None
    threshold: Decimal | None
    run: EvalRun | None
    state: str
    why: str
    turns_at: datetime | None = None

    @property
    def label(self) -> str:
        """The state in words."""
        return LABELS[self.state]

    @property
    def name(self) -> str:
        """The suite's name, or the key that names nothing."""
        return self.suite.name if self.suite is not None else self.key

    @property
    def is_passing(self) -> bool:
        """Whether it holds now."""
        return self.state == PASSING


def threshold_of(version: SuiteVersion | None, tier: TierDemands, contract_says: Any = None) -> Decimal | None:
    """Return the least pass rate: policy's for the tier is the floor; the suite or the contract may ask for more.

    A suite's figure for a tier holds for the tiers above as well. None where nobody asks for one.
    """
    asked = [tier.eval_threshold, contract_says]
    if version is not None:
        asked += [value for number, value in version.thresholds.items() if int(number) <= tier.number]
    return max((Decimal(str(each)) for each in asked if each is not None), default=None)


def judge(
    contract: Mapping[str, Any],
    tier: TierDemands,
    runs: Mapping[str, EvalRun],
    suites: Mapping[str, EvalSuite],
    models: Mapping[str, str],
    now: datetime,
) -> list[Standing]:
    """Return how each suite that a contract names stands, in the contract's order."""
    wanted = demanded(contract, models)
    found = []
    for row in contract.get("evals") or []:
        key = str(row["suite"]).strip()
        suite = suites.get(key)
        threshold = threshold_of(suite.current if suite is not None else None, tier, row.get("threshold"))
        if suite is None:
            why = f"The library has no suite {key}. Add it, or name one that exists."
            found.append(Standing(key, None, threshold, None, MISSING, why))
        else:
            found.append(_of_suite(suite, threshold, runs.get(key), wanted, tier, now))
    return found


def _of_suite(
    suite: EvalSuite, threshold: Decimal | None, newest: EvalRun | None, wanted: Demanded, tier: TierDemands, now: datetime
) -> Standing:
    if newest is None:
        return Standing(suite.key, suite, threshold, None, MISSING, "No run of it was handed in for this surface.")
    every = sorted((newest, *newest.alternatives), key=lambda run: (run.started_at, run.pk), reverse=True)
    run = next((run for run in every if not differences(run.prompt_versions, run.models, wanted)), None)
    if run is None:
        why = " ".join(differences(newest.prompt_versions, newest.models, wanted))
        return Standing(suite.key, suite, threshold, newest, UNBOUND, f"{newest.key} does not count. {why}")
    ends = None if tier.eval_freshness_days is None else run.started_at + timedelta(days=tier.eval_freshness_days)
    if has_other_cases(run, suite):
        why = f"{run.key} ran {run.suite_version} of the suite; {suite.current} has other cases."
        return Standing(suite.key, suite, threshold, run, STALE, why)
    if why := falls_short(run, threshold):
        return Standing(suite.key, suite, threshold, run, BELOW, why)
    if ends is not None and ends <= now:
        days = f"on tier {tier.number} a run counts for {tier.eval_freshness_days} days"
        why = f"{run.key} is of {run.started_at:%-d %B %Y}; {days}."
        return Standing(suite.key, suite, threshold, run, STALE, why)
    asked = f"; {percent(threshold)} is asked" if threshold is not None else ""
    why = f"{percent(run.pass_rate)} of {run.counted:,} cases passed{asked}."
    return Standing(suite.key, suite, threshold, run, PASSING, why, ends)


def has_other_cases(run: EvalRun, suite: EvalSuite) -> bool:
    """Whether the suite's cases changed since the version that a run ran."""
    now, then = suite.current, run.suite_version
    if now is None or now.pk == then.pk:
        return False
    return (now.cases_at, now.cases_digest, now.case_count) != (then.cases_at, then.cases_digest, then.case_count)


def falls_short(run: EvalRun, threshold: Decimal | None) -> str:
    """Say why a run is not good enough; nothing when it is. Compared by counts, so that nothing is rounded up."""
    if run.status == EvalRun.Status.ERRORED:
        return f"{run.key} broke off, so it proves nothing. {run.error}".strip()
    if run.pass_rate is None:
        return f"{run.key} has no case that counts."
    if threshold is None or run.passed >= threshold * run.counted:
        return ""
    needed = math.ceil(threshold * run.counted) - run.passed
    more = f"{needed:,} more of {run.counted:,} cases must pass."
    return f"{percent(run.pass_rate)} passed, and {percent(threshold)} is asked: {more}"


def percent(share: Any) -> str:
    """Write a share of one as people read it, cut and not rounded up: 97.1 %."""
    if share is None:
        return "–"
    figure = Decimal(str(share)) * 100
    cut = figure.quantize(Decimal("0.01"), rounding="ROUND_DOWN").normalize()
    return f"{cut:f}\u00a0%"
