"""Inspect's log, version 2: `.json` (whole) and `.eval` (a zip of `header.json` and one file a sample).

Inspect says how a *run* ended (`status`) and which *value* each scorer gave a sample; whether a sample passed is for
its reader to say. Here: `C`, true and 1 pass; `I`, `P` (partial), `N` (no answer), false and 0 fail; a number between
passes above one half, and one outside 0 to 1 cannot be judged, which is an error. All scorers of a sample must pass.
Left out: messages, inputs, outputs, events, attachments.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from governance.core.errors import Invalid
from registry.evals.formats import words
from registry.evals.formats.report import Case, Counts, Report, gathered, milliseconds, moment, number, object_of, objects

VERSION = 2
HALF = 0.5
_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}
_ENDS = {
    "error": "The run ended with an error.",
    "cancelled": "The run was cancelled.",
    "started": "The run did not come to its end.",
}
NO_SAMPLES = "The log holds neither samples nor an accuracy."


def is_inspect(data: Mapping[str, Any]) -> bool:
    """Whether this is a log of Inspect, of whatever version."""
    return isinstance(data.get("eval"), dict) and ("status" in data or "version" in data)


def read(data: Mapping[str, Any], digest: str, samples: Sequence[Mapping[str, Any]] | None = None) -> Report:
    """Return the run; `samples` are handed in where the log keeps them beside. Raises Invalid for another version."""
    if data.get("version") != VERSION:
        said = words.label(data.get("version")) or "unknown"
        raise Invalid(
            f"This looks like a log of Inspect, version {said}; version {VERSION} is read.",
            fix="Convert it with `inspect log convert --to json`, or run it with a newer Inspect.",
            code="unknown-version",
        )
    about = object_of(data.get("eval"))
    rows = objects(data.get("samples")) if samples is None else samples
    cases = gathered(_cases(rows))
    summary = None if cases else _summary(object_of(data.get("results")))
    return Report(
        format="inspect",
        digest=digest,
        cases=cases,
        summary=summary,
        tool=f"Inspect {words.label(object_of(about.get('packages')).get('inspect_ai'), 40)}".strip(),
        started_at=moment(object_of(data.get("stats")).get("started_at") or about.get("created")),
        models=words.labels([about.get("model")] if about.get("model") != "none" else []),
        commit=words.label(object_of(about.get("revision")).get("commit")),
        error=_ENDS.get(str(data.get("status")), "" if data.get("status") == "success" else "The log does not say how it ended.")
        or ("" if cases or summary else NO_SAMPLES),
        metrics=_metrics(object_of(data.get("results"))),
    )


def _cases(rows: Sequence[Mapping[str, Any]]) -> Iterator[Case]:
    for place, row in enumerate(rows, start=1):
        epoch = number(row.get("epoch")) or 1
        name = words.name(row.get("id"), f"sample {place}")
        outcome, score, because = _judged(row)
        yield Case(
            name if epoch == 1 else f"{name} (epoch {round(epoch)})",
            outcome,
            score=score,
            latency_ms=milliseconds(row.get("working_time") or row.get("total_time"), seconds=True),
            reason=because,
        )


def _judged(row: Mapping[str, Any]) -> tuple[str, float | None, str]:
    if row.get("error"):
        return "error", None, "The sample ended with an error."
    scores = object_of(row.get("scores"))
    values = [value for score in scores.values() for value in _values(score.get("value") if isinstance(score, dict) else score)]
    if not values:
        return "error", None, "No scorer gave it a value."
    if any(value is None or not 0 <= value <= 1 for value in values):
        return "error", None, "A scorer gave a value that is neither a letter nor between 0 and 1."
    least = min(value for value in values if value is not None)
    return ("pass" if least > HALF else "fail"), least, "" if least > HALF else f"Scored {least:g}."


def _values(value: Any) -> Iterator[float | None]:
    """Yield the figures of one score: a letter, a truth, a number, or several of them."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield None if isinstance(inner, dict | list) else _figure(inner)
    else:
        yield _figure(value)


def _figure(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value.strip().upper() in _LETTERS:
        return _LETTERS[value.strip().upper()]
    return number(value)


def _summary(results: Mapping[str, Any]) -> Counts | None:
    """Return counts from the least accuracy of its scorers, where samples were not logged."""
    completed = number(results.get("completed_samples"))
    found = [
        held
        for score in objects(results.get("scores"))
        if (held := number(object_of(object_of(score.get("metrics")).get("accuracy")).get("value"))) is not None
    ]
    if not found or not completed or not 0 <= min(found) <= 1 or completed > 10_000_000:
        return None
    passed = int(min(found) * completed + 1e-9)
    return Counts(
        passed, round(completed) - passed, max(0, round(number(results.get("total_samples")) or completed) - round(completed))
    )


def _metrics(results: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for score in objects(results.get("scores"))[:20]:
        for key, metric in object_of(score.get("metrics")).items():
            held = number(object_of(metric).get("value"))
            if held is not None and len(found) < 50:
                found[f"{words.label(score.get('name'), 60)} {words.label(key, 60)}"] = held
    return found
