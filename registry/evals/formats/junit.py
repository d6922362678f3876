"""JUnit XML, as nearly every test runner writes it. There is no standard; this follows testmoapp/junitxml.

A `<testcase>` with `<failure>` failed, with `<error>` broke, with `<skipped>` was left out, with neither passed. Suites
may nest. Properties `model`, `prompt:<key>`, `score` and `cost` say what it ran with and what it cost; messages are
kept short, what a test printed is not.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from registry.evals.formats import words
from registry.evals.formats.report import Case, Report, gathered, milliseconds, moment, money, number

ROOTS = frozenset({"testsuites", "testsuite"})
_OUTCOMES = (("error", "error"), ("failure", "fail"), ("skipped", "skip"))


def read(root: Element, digest: str) -> Report:
    """Return the run."""
    told: dict[str, str] = {}
    started: list[Any] = []
    cases = gathered(_cases(root, told, started))
    return Report(
        format="junit",
        digest=digest,
        cases=cases,
        tool=words.label(told.get("tool") or "JUnit"),
        started_at=min(started, default=None),
        models=words.labels(part for value in [told.get("model", "")] for part in value.split(",")),
        prompts={
            words.label(key.removeprefix("prompt:"), 200): words.label(value, 200)
            for key, value in told.items()
            if key.startswith("prompt:") and words.label(key.removeprefix("prompt:"))
        },
        commit=words.label(told.get("commit", "")),
        error="" if cases else "The file holds no test cases.",
    )


def _cases(root: Element, told: dict[str, str], started: list[Any]) -> Iterator[Case]:
    """Walk the suites without recursion, however deep they nest."""
    waiting = deque([root])
    while waiting:
        element = waiting.popleft()
        tag = _tag(element)
        if tag in ROOTS:
            told.update(_properties(element))
            at = moment(element.get("timestamp"))
            started += [at] if at else []
            waiting.extendleft(reversed(element))
        elif tag == "testcase":
            yield _case(element)


def _case(element: Element) -> Case:
    found = {_tag(child): child for child in element}
    outcome, child = next(((end, found[tag]) for tag, end in _OUTCOMES if tag in found), ("pass", None))
    own = _properties(element)
    name = ".".join(part for part in (element.get("classname"), element.get("name")) if part)
    return Case(
        words.name(name, "unnamed"),
        outcome,
        score=number(own.get("score")),
        cost=money(own.get("cost")),
        latency_ms=milliseconds((element.get("time") or "").replace(",", ""), seconds=True),
        reason="" if child is None else words.reason(child.get("message") or child.get("type")),
    )


def _properties(element: Element) -> Mapping[str, str]:
    held = [each for child in element if _tag(child) == "properties" for each in child]
    return {each.get("name", ""): each.get("value") or (each.text or "").strip() for each in held}


def _tag(element: Element) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2]
