"""How results move: trend, newly failing and flaky cases, variance between repeated runs, cost and latency.

*The run before* is the one of the same surface and suite that ran before it and came to its end. *Repeated runs* are
those of the same surface and suite with the same group; for runs without a group, those with the same prompts, models,
suite version and commit, so that nothing that we know of changed between them.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from registry.evals.models import EvalCase, EvalRun

MISSED = (EvalCase.Outcome.FAIL, EvalCase.Outcome.ERROR)
SHOWN = 30
REPEATED = 20
ENDED = Q(status=EvalRun.Status.FINISHED)


@dataclass(frozen=True, slots=True)
class Point:
    """One run on a trend."""

    key: str
    url: str
    at: datetime
    rate: Decimal | None
    broke_off: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of a run beside that of the run before; either may be unknown."""

    now: Decimal | int | None
    before: Decimal | int | None

    @property
    def percent(self) -> int | None:
        """By how many percent it rose or fell; None where that says nothing."""
        if self.now is None or not self.before:
            return None
        return round((float(self.now) - float(self.before)) / float(self.before) * 100)


@dataclass
class Movement:
    """What can be said of one run beside the runs before it and the repeated ones."""

    run: EvalRun
    before: EvalRun | None = None
    repeated: Sequence[EvalRun] = ()
    newly_failing: Sequence[str] = ()
    flaky: Sequence[str] = ()
    trend: Sequence[Point] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        """The pass rates of the repeated runs that came to their end."""
        return [run.passed / run.counted for run in self.repeated if run.counted and run.status == EvalRun.Status.FINISHED]

    @property
    def variance(self) -> float | None:
        """The sample standard deviation of the pass rate (n - 1 below) over the repeated runs; None below two of them."""
        return statistics.stdev(self.rates) if len(self.rates) > 1 else None

    @property
    def rate(self) -> Moved:
        """The pass rate, now and before."""
        return Moved(self.run.pass_rate, self.before.pass_rate if self.before else None)

    @property
    def cost(self) -> Moved:
        """The cost; only compared in the same currency."""
        before = self.before if self.before and self.before.currency == self.run.currency else None
        return Moved(self.run.cost, before.cost if before else None)

    @property
    def latency(self) -> Moved:
        """The latency that 95 of 100 cases stayed within, in milliseconds."""
        return Moved(self.run.latency_p95_ms, self.before.latency_p95_ms if self.before else None)


def movements(runs: Sequence[EvalRun]) -> dict[int, Movement]:
    """Return what can be said of runs, each of another surface and suite, by run id; five queries whatever their number."""
    if not runs:
        return {}
    found = {run.pk: Movement(run) for run in runs}
    history = _history(runs)
    for run in runs:
        past = [each for each in history[run.surface_id, run.suite_id] if (each.started_at, each.pk) <= (run.started_at, run.pk)]
        made = found[run.pk]
        made.trend = [_point(each) for each in reversed(past[:SHOWN])]
        made.before = next((each for each in past if each.pk != run.pk and each.status == EvalRun.Status.FINISHED), None)
    for pk, repeated in _repeated(runs).items():
        found[pk].repeated = repeated
    for pk, names in _newly_failing(found.values()).items():
        found[pk].newly_failing = names
    for pk, names in _flaky(found.values()).items():
        found[pk].flaky = names
    return found


def movement(run: EvalRun) -> Movement:
    """Return what can be said of one run."""
    return movements([run])[run.pk]


def _history(runs: Sequence[EvalRun]) -> Mapping[tuple[int, int], list[EvalRun]]:
    """Return the newest runs up to each given one, by surface and suite, newest first."""
    place = Window(RowNumber(), [F("surface"), F("suite")], [F("started_at").desc(), F("pk").desc()])
    matches = Q()
    for run in runs:
        matches |= Q(surface=run.surface_id, suite=run.suite_id, started_at__lte=run.started_at)
    rows = EvalRun.objects.filter(matches).annotate(place=place).filter(place__lte=SHOWN + 1).order_by("-started_at", "-pk")
    found: dict[tuple[int, int], list[EvalRun]] = defaultdict(list)
    for row in rows.defer("metrics"):
        found[row.surface_id, row.suite_id].append(row)
    return found


def _repeated(runs: Sequence[EvalRun]) -> Mapping[int, list[EvalRun]]:
    matches = Q()
    for run in runs:
        matches |= siblings_of(run)
    found: dict[int, list[EvalRun]] = {run.pk: [] for run in runs}
    owner = {_likeness(run): run.pk for run in runs}
    for row in EvalRun.objects.filter(matches).order_by("-started_at", "-pk").defer("metrics")[: REPEATED * 3 * len(runs)]:
        pk = owner.get(_likeness(row))
        if pk is not None and len(found[pk]) < REPEATED:
            found[pk].append(row)
    return found


def siblings_of(run: EvalRun) -> Q:
    """Match the repeated runs of a run, itself among them."""
    same = Q(surface=run.surface_id, suite=run.suite_id, group=run.group)
    if run.group:
        return same
    return same & Q(binding=run.binding, suite_version=run.suite_version_id, commit=run.commit)


def _likeness(run: EvalRun) -> tuple[Any, ...]:
    held: tuple[Any, ...] = (run.surface_id, run.suite_id, run.group)
    return held if run.group else (*held, run.binding, run.suite_version_id, run.commit)


def _newly_failing(every: Iterable[Movement]) -> Mapping[int, list[str]]:
    pairs = {each.run.pk: each.before.pk for each in every if each.before is not None}
    found: dict[int, list[str]] = defaultdict(list)
    if pairs:
        whens = [When(run=now, then=Value(before)) for now, before in pairs.items()]
        rows = EvalCase.objects.filter(run__in=pairs, outcome__in=MISSED)
        rows = rows.annotate(before=Case(*whens, output_field=IntegerField()))
        passed = EvalCase.objects.filter(run=OuterRef("before"), name=OuterRef("name"), outcome=EvalCase.Outcome.PASS)
        for pk, name in rows.filter(Exists(passed)).order_by("pk").values_list("run", "name"):
            found[pk].append(name)
    return found


def _flaky(every: Iterable[Movement]) -> Mapping[int, list[str]]:
    """Return the cases that both passed and did not in repeated runs, by the id of the run they are told of."""
    owner = {row.pk: each.run.pk for each in every if len(each.repeated) > 1 for row in each.repeated}
    found: dict[int, list[str]] = defaultdict(list)
    if owner:
        whens = [When(run__in=[pk for pk, of in owner.items() if of == told], then=Value(told)) for told in set(owner.values())]
        rows: QuerySet[Any] = EvalCase.objects.filter(run__in=owner).annotate(told=Case(*whens, output_field=IntegerField()))
        for told, name in _both(rows).values_list("told", "name"):
            found[told].append(name)
    return found


def _both(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    passes = Count("pk", filter=Q(outcome=EvalCase.Outcome.PASS))
    misses = Count("pk", filter=Q(outcome__in=MISSED))
    grouped = rows.order_by().values("told", "name").annotate(passes=passes, misses=misses)
    return grouped.filter(passes__gt=0, misses__gt=0).order_by("told", "name")


def _point(run: EvalRun) -> Point:
    broke_off = run.status == EvalRun.Status.ERRORED
    return Point(run.key, run.get_absolute_url(), run.started_at, None if broke_off else run.pass_rate, broke_off)
