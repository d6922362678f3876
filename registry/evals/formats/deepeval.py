"""DeepEval's test run: `.deepeval/.latest_test_run.json`, or what is exported from it.

Read: `testCases[]` and `conversationalTestCases[]` with `name`, `success`, `runDuration`, `evaluationCost`, `tokenCost`
and `metricsData[]`; `runDuration`, `evaluationCost`. A metric marked `flaky` never fails a case. Left out: inputs,
outputs, contexts, traces. DeepEval does not say which model answered, only which one judged.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.evals.formats import words
from registry.evals.formats.report import Case, Report, gathered, milliseconds, money, number, object_of, objects

_HIDDEN = ("input", "actualOutput", "expectedOutput", "context", "retrievalContext")


def is_deepeval(data: Mapping[str, Any]) -> bool:
    """Whether this is a test run of DeepEval."""
    inner = object_of(data.get("testRunData")) or data
    return isinstance(inner.get("testCases"), list) or isinstance(inner.get("conversationalTestCases"), list)


def read(data: Mapping[str, Any], digest: str) -> Report:
    """Return the run."""
    data = object_of(data.get("testRunData")) or data
    cases = gathered(_cases(data))
    duration = number(data.get("runDuration"))
    return Report(
        format="deepeval",
        digest=digest,
        cases=cases,
        tool="DeepEval",
        cost=money(data.get("evaluationCost")),
        error="" if cases else "The file holds no test cases.",
        metrics=_averages(data) | ({"duration_ms": duration * 1000} if duration is not None else {}),
    )


def _cases(data: Mapping[str, Any]) -> Iterator[Case]:
    both = [*objects(data.get("testCases")), *objects(data.get("conversationalTestCases"))]
    for place, row in enumerate(both, start=1):
        metrics = objects(row.get("metricsData"))
        outcome, because = _outcome(row, metrics)
        scores = [held for held in (number(metric.get("score")) for metric in metrics) if held is not None]
        yield Case(
            words.name(row.get("name"), f"test case {place}"),
            outcome,
            score=min(scores, default=None),
            cost=_cost(row, metrics),
            latency_ms=milliseconds(row.get("runDuration") or row.get("completionTime"), seconds=True),
            reason=because,
        )


def _outcome(row: Mapping[str, Any], metrics: Any) -> tuple[str, str]:
    held = [metric for metric in metrics if metric.get("flaky") is not True]
    broken = next((metric for metric in held if metric.get("error")), None)
    if broken is not None:
        return "error", f"{words.label(broken.get('name'))} could not be measured."
    missed = next((metric for metric in held if metric.get("success") is False), None)
    if missed is not None:
        return "fail", _missed(missed, row)
    if row.get("success") is True:
        return "pass", ""
    only_flaky = any(metric.get("flaky") is True and metric.get("success") is False for metric in metrics)
    if row.get("success") is False:
        return ("pass", "Only flaky metrics missed.") if only_flaky and held else ("fail", "The case failed.")
    return "error", "The file does not say how it came out."


def _missed(metric: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    score, least = number(metric.get("score")), number(metric.get("threshold"))
    figures = f" {score:g} of at least {least:g}" if score is not None and least is not None else ""
    said = words.reason(metric.get("reason"), (row.get(key) for key in _HIDDEN))
    return words.plain(f"{words.label(metric.get('name'), 60)}{figures}. {said}".strip())[: words.LONGEST_REASON]


def _cost(row: Mapping[str, Any], metrics: Any) -> Any:
    told = [money(row.get("tokenCost")), money(row.get("evaluationCost"))]
    if told[1] is None:
        told += [money(metric.get("evaluationCost")) for metric in metrics]
    known = [each for each in told if each is not None]
    return sum(known) if known else None


def _averages(data: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in objects(data.get("metricsScores"))[:50]:
        scores = [held for held in (number(each) for each in row.get("scores") or ()) if held is not None]
        if scores:
            found[words.label(row.get("metric"))] = sum(scores) / len(scores)
    return found
