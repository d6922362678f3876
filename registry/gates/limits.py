"""What a caller asks of runs beside policy, and whether they keep to it. Pure; what is not known does not keep to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry.evals.judging import percent
from registry.evals.models import EvalRun
from registry.evals.movement import Movement
from registry.gates.reasons import Reason

MIN_PASS_RATE, MAX_COST, MAX_LATENCY = "min_pass_rate", "max_cost", "max_latency_p95_ms"
MAX_NEWLY_FAILING, MAX_VARIANCE, CURRENCY = "max_newly_failing", "max_variance", "currency"
MOVING = (MAX_NEWLY_FAILING, MAX_VARIANCE)
"""Limits that need the runs before."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Considered:
    """The runs that limits are held against, and how they moved where that was asked for."""

    runs: Sequence[EvalRun]
    movements: Mapping[int, Movement]


def broken(limits: Mapping[str, Any], seen: Considered) -> Iterator[Reason]:
    """Yield every limit that is not kept, or that nothing is known of."""
    asked = {name: value for name, value in limits.items() if name != CURRENCY}
    if asked and not seen.runs:
        yield Reason("limit_without_run", f"Nothing was run, so {_listed(asked)} cannot be held.", "Send the results along.")
        return
    if MAX_COST in asked:
        yield from _cost(Decimal(str(asked[MAX_COST])), str(limits.get(CURRENCY, "USD")), seen.runs)
    for run in seen.runs:
        yield from _of_run(asked, run, seen.movements.get(run.pk))


def _of_run(asked: Mapping[str, Any], run: EvalRun, moved: Movement | None) -> Iterator[Reason]:
    name = run.suite.name
    if MIN_PASS_RATE in asked:
        least = Decimal(str(asked[MIN_PASS_RATE]))
        if run.pass_rate is None:
            yield _unknown(MIN_PASS_RATE, name, "its file has no case that counts")
        elif run.passed < least * run.counted:
            text = f"{name}: {percent(run.pass_rate)} passed; at least {percent(least)} is asked."
            yield Reason(MIN_PASS_RATE, text, "Mend the cases that fail.")
    if MAX_LATENCY in asked:
        if run.latency_p95_ms is None:
            yield _unknown(MAX_LATENCY, name, "its file says no latency")
        elif run.latency_p95_ms > asked[MAX_LATENCY]:
            text = f"{name}: 95 of 100 cases took up to {run.latency_p95_ms:,} ms; at most {asked[MAX_LATENCY]:,} ms is asked."
            yield Reason(MAX_LATENCY, text, "Make it faster, or ask for less.")
    if MAX_NEWLY_FAILING in asked:
        yield from _newly_failing(asked[MAX_NEWLY_FAILING], name, moved)
    if MAX_VARIANCE in asked:
        yield from _variance(asked[MAX_VARIANCE], name, moved)


def _cost(most: Decimal, currency: str, runs: Sequence[EvalRun]) -> Iterator[Reason]:
    untold = [run.suite.name for run in runs if run.cost is None or run.currency != currency]
    if untold:
        yield _unknown(MAX_COST, ", ".join(untold), f"its file says no cost in {currency}")
        return
    total = sum((run.cost for run in runs if run.cost is not None), Decimal())
    if total > most:
        text = f"The runs cost {total.normalize():f} {currency}; at most {most.normalize():f} {currency} is asked."
        yield Reason(MAX_COST, text, "Use a smaller model or fewer calls.")


def _newly_failing(most: int, name: str, moved: Movement | None) -> Iterator[Reason]:
    if moved is None or moved.before is None:
        yield _unknown(MAX_NEWLY_FAILING, name, "no run before it is known")
    elif len(moved.newly_failing) > most:
        named = ", ".join(moved.newly_failing[:SHOWN])
        text = f"{name}: {len(moved.newly_failing):,} cases fail that passed before ({named}); at most {most:,} may."
        yield Reason(MAX_NEWLY_FAILING, text, "Look at what changed for them.")


def _variance(most: float, name: str, moved: Movement | None) -> Iterator[Reason]:
    if moved is None or moved.variance is None:
        yield _unknown(MAX_VARIANCE, name, "it takes two repeated runs that ended")
    elif moved.variance > most:
        text = f"{name}: repeated runs differ by {moved.variance:.4f} (standard deviation); at most {most:g} is asked."
        yield Reason(MAX_VARIANCE, text, "Steady the cases, or the model's settings.")


def _unknown(limit: str, name: str, why: str) -> Reason:
    return Reason(
        f"{limit}_unknown", f"{name}: {why}, so {limit} cannot be held.", "Have the runner write it, or drop the limit."
    )


def _listed(asked: Mapping[str, Any]) -> str:
    return ", ".join(sorted(asked))
