"""promptfoo's results, version 3: what `promptfoo eval -o results.json` writes.

Read: `evalId`, `results.{version,timestamp,results[]}`, `metadata.promptfooVersion`; of each result `success`,
`failureReason` (0 none, 1 assertion, 2 error), `score`, `cost`, `latencyMs`, `testCase.description`, `gradingResult`.
Left out: `config`, `env`, prompts, variables, outputs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from governance.core.errors import Invalid
from registry.evals.formats import words
from registry.evals.formats.report import Case, Report, gathered, milliseconds, moment, money, number, object_of, objects

VERSION = 3
# Providers that name a program of one's own, not a model: with them, the post or the revision says which models answer.
_PROGRAMS = re.compile(
    r"^(?:echo|https?|wss?|file|python|exec|golang|ruby|webhook|package|browser|custom|sequence|mcp|javascript)\b"
)


def is_promptfoo(data: Mapping[str, Any]) -> bool:
    """Whether this is a result file of promptfoo, of whatever version."""
    return "evalId" in data or ("results" in data and isinstance(object_of(data["results"]).get("stats"), dict))


def read(data: Mapping[str, Any], digest: str, form: str = "promptfoo") -> Report:
    """Return the run. Raises Invalid for another version."""
    results = object_of(data.get("results"))
    version = results.get("version")
    if version != VERSION or not isinstance(results.get("results"), list):
        raise Invalid(
            f"This looks like promptfoo's results, version {words.label(version) or 'unknown'}; version {VERSION} is read.",
            fix="Update promptfoo (`npx promptfoo@latest eval -o results.json`) and hand in the file it writes.",
            code="unknown-version",
        )
    rows = objects(results["results"])
    metadata = object_of(data.get("metadata"))
    release = words.label(metadata.get("promptfooVersion"), 40)
    return Report(
        format=form,
        digest=digest,
        cases=gathered(_cases(rows)),
        tool=f"promptfoo {release}".strip(),
        started_at=moment(results.get("timestamp")),
        models=words.labels(each for each in map(_provider, rows) if not _PROGRAMS.match(each)),
        error="" if rows else "The file holds no results.",
        metrics=_metrics(results),
    )


def _cases(rows: list[Mapping[str, Any]] | Any) -> Iterator[Case]:
    prompts = {row.get("promptIdx") for row in rows}
    providers = {_provider(row) for row in rows}
    for place, row in enumerate(rows, start=1):
        yield _case(row, place, many_prompts=len(prompts) > 1, many_providers=len(providers) > 1)


def _case(row: Mapping[str, Any], place: int, *, many_prompts: bool, many_providers: bool) -> Case:
    test, graded = object_of(row.get("testCase")), object_of(row.get("gradingResult"))
    index = number(row.get("testIdx"))
    name = words.name(test.get("description"), f"test {place if index is None else round(index) + 1}")
    if many_prompts:
        name += f" · prompt {round(number(row.get('promptIdx')) or 0) + 1}"
    if many_providers:
        name += f" · {words.label(_provider(row), 60)}"
    outcome = _outcome(row, graded)
    return Case(
        name,
        outcome,
        score=number(row.get("score")),
        cost=money(row.get("cost")),
        latency_ms=milliseconds(row.get("latencyMs")),
        reason="" if outcome == "pass" else words.reason(graded.get("reason") or row.get("error"), _hidden(row, test)),
    )


def _outcome(row: Mapping[str, Any], graded: Mapping[str, Any]) -> str:
    success = row.get("success", graded.get("pass"))
    if success is True:
        return "pass"
    if success is not False or row.get("failureReason") == 2:
        return "error"
    return "fail"


def _hidden(row: Mapping[str, Any], test: Mapping[str, Any]) -> Iterator[Any]:
    yield object_of(row.get("prompt")).get("raw")
    response = object_of(row.get("response"))
    yield from (response.get("output"), response.get("raw"))
    for held in (row.get("vars"), test.get("vars")):
        yield from object_of(held).values()


def _provider(row: Mapping[str, Any]) -> str:
    told = row.get("provider")
    return words.label(told.get("id") if isinstance(told, dict) else told, 200)


def _metrics(results: Mapping[str, Any]) -> dict[str, float]:
    """Return the named scores of each prompt, and how long all took."""
    found: dict[str, float] = {}
    for prompt in objects(results.get("prompts")):
        for key, value in object_of(object_of(prompt.get("metrics")).get("namedScores")).items():
            held = number(value)
            if held is not None and len(found) < 50:
                found[words.label(key)] = found.get(words.label(key), 0.0) + held
    duration = number(object_of(results.get("stats")).get("durationMs"))
    return found | ({"duration_ms": duration} if duration is not None else {})
