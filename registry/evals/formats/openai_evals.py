"""OpenAI Evals' log: one JSON object a line; the first holds `spec`, the last `final_report`.

Read: `spec.{eval_name,completion_fns,created_at}`; `match` events with `data.correct`; where there are none, `metrics`
events with a score; where there are neither, `final_report.accuracy`. Without `final_report` the run broke off.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.evals.formats import words
from registry.evals.formats.report import Case, Counts, Report, gathered, moment, number, object_of

HALF = 0.5


def is_openai_evals(lines: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these lines are a log of OpenAI Evals."""
    return bool(lines) and isinstance(lines[0].get("spec"), dict)


def read(lines: Sequence[Mapping[str, Any]], digest: str) -> Report:
    """Return the run."""
    spec = object_of(lines[0].get("spec"))
    final = next((object_of(line["final_report"]) for line in reversed(lines) if "final_report" in line), None)
    events = [line for line in lines if "type" in line]
    cases = gathered(_matches(events)) or gathered(_scores(events))
    summary = None if cases or final is None else _summary(final, events)
    return Report(
        format="openai-evals",
        digest=digest,
        cases=cases,
        summary=summary,
        tool="OpenAI Evals",
        started_at=moment(spec.get("created_at")),
        models=words.labels(models if isinstance(models := spec.get("completion_fns"), list) else ()),
        error=_error(final, cases, summary),
        metrics={words.label(key): held for key, value in (final or {}).items() if (held := number(value)) is not None},
    )


def _error(final: Mapping[str, Any] | None, cases: Sequence[Case], summary: Counts | None) -> str:
    if final is None:
        return "The log has no final report: the run did not come to its end."
    return "" if cases or summary else "The log says neither how samples came out nor their accuracy."


def _matches(events: Sequence[Mapping[str, Any]]) -> Iterator[Case]:
    for event in events:
        if event.get("type") in {"match", "error"}:
            correct = object_of(event.get("data")).get("correct")
            outcome = {True: "pass", False: "fail"}.get(correct, "error") if isinstance(correct, bool) else "error"
            yield Case(_name(event), outcome if event.get("type") == "match" else "error")


def _scores(events: Sequence[Mapping[str, Any]]) -> Iterator[Case]:
    for event in events:
        if event.get("type") == "metrics":
            data = object_of(event.get("data"))
            score = number(data.get("score", data.get("accuracy")))
            passed = score is not None and HALF < score <= 1
            yield Case(_name(event), "error" if score is None else "pass" if passed else "fail", score=score)


def _name(event: Mapping[str, Any]) -> str:
    return words.name(event.get("sample_id"), "sample")


def _summary(final: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Counts | None:
    share = number(final.get("accuracy", final.get("score")))
    samples = len({event.get("sample_id") for event in events if isinstance(event.get("sample_id"), str)})
    if share is None or not 0 <= share <= 1 or not samples:
        return None
    passed = int(share * samples + 1e-9)
    return Counts(passed, samples - passed)
