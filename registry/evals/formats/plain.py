"""Plumbline's own format: plain JSON for a runner that writes none of the others. Its schema is `plain-v1.json`.

Unlike files of others it is checked strictly: an unknown field or outcome is an error and not ignored.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from governance.core.errors import Invalid, TooLarge
from registry.evals.formats import words
from registry.evals.formats.report import MAX_CASES, OUTCOMES, Case, Report, gathered, milliseconds, moment, money, number

NAME, VERSION = "plumbline.eval-run", 1
FIELDS = frozenset(
    {"format", "version", "tool", "started_at", "status", "error", "models", "prompts", "commit", "currency", "metrics", "cases"}
)
CASE_FIELDS = frozenset({"name", "outcome", "score", "cost", "latency_ms", "reason"})
FIX = "The schema is at /api/v1/eval-runs/schema, with examples in the documentation of evals."


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format."""
    made: dict[str, Any] = json.loads((Path(__file__).parent / "plain-v1.json").read_text(encoding="utf-8"))
    return made


def is_plain(data: Mapping[str, Any]) -> bool:
    """Whether this says of itself that it is in Plumbline's format."""
    return data.get("format") == NAME


def read(data: Mapping[str, Any], digest: str) -> Report:
    """Return the run. Raises Invalid, naming every fault (the first twenty of many)."""
    if data.get("version") != VERSION or isinstance(data.get("version"), bool):
        said = words.label(data.get("version")) or "none"
        raise Invalid(f"This is {NAME} of version {said}; version {VERSION} is read.", fix=FIX, code="unknown-version")
    _bounded(data.get("cases"))
    faults = [*_faults(data)][:20]
    if faults:
        said = "; ".join(f"{where}: {what}" for where, what in faults)
        raise Invalid(f"The run is not as its schema says. {said}.", fix=FIX, code="off-schema")
    return Report(
        format="plumbline",
        digest=digest,
        cases=gathered(map(_case, data["cases"])),
        tool=words.label(data.get("tool", "")),
        error=_error(data),
        started_at=moment(data.get("started_at")),
        models=words.labels(data.get("models", ())),
        prompts={words.label(key, 200): words.label(value, 200) for key, value in data.get("prompts", {}).items()},
        commit=words.label(data.get("commit", "")),
        currency=data.get("currency", "USD"),
        metrics={words.label(key): float(value) for key, value in data.get("metrics", {}).items()},
    )


def _error(data: Mapping[str, Any]) -> str:
    if data.get("status", "finished") == "errored":
        return words.reason(data.get("error")) or "The run broke off."
    return "" if data["cases"] else "The file holds no cases."


def _bounded(cases: Any) -> None:
    if isinstance(cases, list) and len(cases) > MAX_CASES:
        raise TooLarge(f"The run has more than {MAX_CASES:,} cases.", fix="Hand it in as several suites.", code="too-many-cases")


def _case(row: Mapping[str, Any]) -> Case:
    return Case(
        words.name(row["name"], "unnamed"),
        row["outcome"],
        score=number(row.get("score")),
        cost=money(row.get("cost")),
        latency_ms=milliseconds(row.get("latency_ms")),
        reason=words.reason(row.get("reason")),
    )


def _faults(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _unknown(data, FIELDS, "")
    for key in ("tool", "error", "commit"):
        if not isinstance(data.get(key, ""), str):
            yield key, "give text"
    if data.get("status", "finished") not in ("finished", "errored"):
        yield "status", "finished or errored"
    if "started_at" in data and moment(data["started_at"]) is None:
        yield "started_at", "a moment such as 2026-11-20T20:44:49Z"
    currency = data.get("currency", "USD")
    if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isupper()):
        yield "currency", "three capital letters"
    models = data.get("models", [])
    if not (isinstance(models, list) and len(models) <= 40 and all(isinstance(each, str) and each for each in models)):
        yield "models", "a list of at most 40 names"
    yield from _pairs(data, "prompts", str, "an object of prompt key to version")
    yield from _pairs(data, "metrics", int | float, "an object of name to number")
    cases = data.get("cases")
    if not isinstance(cases, list):
        yield "cases", "this list is needed"
    else:
        for place, row in enumerate(cases):
            yield from _case_faults(row, f"cases[{place}]")


def _pairs(data: Mapping[str, Any], key: str, kind: Any, wanted: str) -> Iterator[tuple[str, str]]:
    held = data.get(key, {})
    fine = isinstance(held, dict) and len(held) <= 50
    if not fine or any(not isinstance(each, kind) or isinstance(each, bool) for each in held.values()):
        yield key, wanted


def _case_faults(row: Any, where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(row, dict):
        yield where, "give an object"
        return
    yield from _unknown(row, CASE_FIELDS, f"{where}.")
    if not (isinstance(row.get("name"), str) and row["name"].strip()):
        yield f"{where}.name", "give a name, the same in every run"
    if row.get("outcome") not in OUTCOMES:
        yield f"{where}.outcome", f"one of {', '.join(OUTCOMES)}"
    for key, least in (("score", None), ("cost", 0), ("latency_ms", 0)):
        value = row.get(key)
        if value is not None and (isinstance(value, str | bool) or number(value) is None or (least == 0 and value < 0)):
            yield f"{where}.{key}", "a number" if least is None else "a number of 0 or more"
    if not isinstance(row.get("reason", ""), str):
        yield f"{where}.reason", "give text"


def _unknown(row: Mapping[str, Any], known: frozenset[str], before: str) -> Sequence[tuple[str, str]]:
    return [(f"{before}{words.label(key, 60)}", "there is no such field") for key in row if key not in known]
