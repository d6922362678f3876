"""The evals of a change: how each suite stands for what holds, and for what is proposed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from governance.core import clock
from governance.policy import queries as policy
from registry.evals import queries
from registry.evals.judging import Standing


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One suite for the revision in force and for the proposed one; None where that contract does not name it."""

    key: str
    name: str
    before: Standing | None
    after: Standing | None

    @property
    def points(self) -> float | None:
        """By how many percentage points the pass rate moves; None where either has no run that counts."""
        rates = [_rate(each) for each in (self.before, self.after)]
        return None if None in rates else round((rates[1] - rates[0]) * 100, 2)  # type: ignore[operator]


def _rate(standing: Standing | None) -> float | None:
    run = standing.run if standing is not None else None
    if standing is None or run is None or standing.state == "unbound" or run.pass_rate is None:
        return None
    return float(run.pass_rate)


def _has_evals(change: Any) -> bool:
    revisions = [each for each in (change.base, change.revision) if each is not None]
    return any(each.contract.get("evals") for each in revisions)


def questions(change: Any) -> Iterator[QuerySet[Any]]:
    """Yield what `before_and_after` asks, so that it can be foretold."""
    if _has_evals(change):
        yield from (queries.runs_question([change.surface_id]), queries.suites_question(), queries.models_question())
        yield policy.tiers_question()


def before_and_after(change: Any) -> list[BeforeAfter]:
    """Return a row for each suite that either contract of a change names, the proposed one's order first.

    `change` has `surface`, `base` (None for a first revision) and `revision`, as changes do. The tier is the
    surface's. Five queries, whatever the number of suites.
    """
    if not _has_evals(change):
        return []
    surface, now = change.surface, clock.now()
    tier = policy.tiers()[surface.tier or 0]
    runs, suites, models = queries.latest_runs([surface.pk]), queries.suites(), queries.endpoint_models()

    def judged(revision: Any) -> dict[str, Standing]:
        if revision is None:
            return {}
        rows = queries.standing(surface.pk, revision.contract, tier, runs, suites, now, models=models)
        return {each.key: each for each in rows}

    before, after = judged(change.base), judged(change.revision)
    names = {**before, **after}
    return [BeforeAfter(key, names[key].name, before.get(key), after.get(key)) for key in {**after, **before}]
