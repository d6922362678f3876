"""Whether a file is a sound policy: its shape first, then whether it fits together. Every problem has its line."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jsonschema

from governance.core.errors import Invalid
from governance.policy import compare, consistency, normal, schema, yamlfile
from governance.policy.schema import Path_
from governance.policy.yamlfile import Parsed, Problem

MOST = 40
KEY = "a key: small letters, digits, - and _, starting with a letter, at most 40"


def read(text: str) -> dict[str, Any]:
    """Read a policy file into its normal form. Raises Invalid that names each problem with its line."""
    parsed = yamlfile.parse(text)
    return _sound(parsed.value, parsed)


def sound(document: Any) -> dict[str, Any]:
    """Return a document (not from a file) in its normal form. Raises Invalid that names each problem with its place."""
    return _sound(document, Parsed(document, {}))


def _sound(value: Any, parsed: Parsed) -> dict[str, Any]:
    problems = list(_shape(value))
    if not problems:
        value = normal.filled(value)
        problems = list(consistency.problems(value))
    if problems:
        raise _refusal(problems, parsed)
    document: dict[str, Any] = value
    return document


def _refusal(problems: Sequence[Problem], parsed: Parsed) -> Invalid:
    told = [Problem(_placed(p, parsed), parsed.line(p.path) if parsed.lines else 0, p.path) for p in problems[:MOST]]
    told.sort(key=lambda problem: problem.line)
    words = [str(problem) for problem in told]
    if len(problems) > MOST:
        words.append(f"and {len(problems) - MOST} more.")
    message = words[0] if len(words) == 1 else f"{len(problems)} things are wrong in the policy."
    return Invalid(
        message, fix="Correct them and send it again; nothing was stored.", code="policy-unsound", fields={"document": words}
    )


def _placed(problem: Problem, parsed: Parsed) -> str:
    return f"{where(problem.path, parsed.value)}: {problem.message}" if problem.path else problem.message


def where(path: Path_, document: Any) -> str:
    """A path in words, rows by their key or name: “tiers, Regulated, evals, threshold”."""
    words: list[str] = []
    found = document
    for depth, step in enumerate(path, start=1):
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            found = None
        if isinstance(step, int):
            words.append(_row_name(found, step))
        else:
            words.append(str(schema.node_at(path[:depth]).get("title", step)))
    return ", ".join(words)


def _row_name(row: Any, index: int) -> str:
    if isinstance(row, dict):
        for name in ("name", "key", "position", "what", "area"):
            if isinstance(row.get(name), str) and row[name]:
                return f"“{row[name]}”"
        if "severity" in row or "record_kind" in row:
            return compare.name_of(row)
        if "subject" in row:
            tier = "" if row.get("tier") is None else f" of tier {row['tier']}"
            return f"{row.get('change_kind') or row['subject']}{tier}"
    return f"number {index + 1}"


def _shape(value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem("A policy is a mapping of names such as tiers and routes, not a single value or list.")
        return
    checker = jsonschema.Draft202012Validator(schema.schema())
    for error in checker.iter_errors(value):
        yield from _told(error)


def _told(error: jsonschema.ValidationError) -> Iterator[Problem]:
    path: Path_ = tuple(error.absolute_path)
    tell = _WORDS.get(str(error.validator))
    if tell is None:
        yield Problem(f"This does not fit: {error.message[:200]}.", path=path)
        return
    yield from tell(error, path)


def _additional(error: jsonschema.ValidationError, path: Path_) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    for name in error.instance:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(known)}."
            yield Problem(f"“{name}” is not known. {hint}", path=(*path, name))


def _required(error: jsonschema.ValidationError, path: Path_) -> Iterator[Problem]:
    for name in error.validator_value:
        if name not in error.instance and f"'{name}'" in error.message:
            yield Problem(f"“{name}” is missing.", path=path)


def _type(error: jsonschema.ValidationError, path: Path_) -> Iterator[Problem]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    names = " or ".join(_TYPES[one] for one in wanted)
    yield Problem(f"This must be {names}, not {_called(error.instance)}.", path=path)


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "left out",
}


def _called(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"“{str(value).lower() if isinstance(value, bool) else str(value)[:60]}”"


def _said(words: Callable[[jsonschema.ValidationError], str]) -> Callable[[jsonschema.ValidationError, Path_], Iterator[Problem]]:
    def tell(error: jsonschema.ValidationError, path: Path_) -> Iterator[Problem]:
        yield Problem(words(error), path=path)

    return tell


def _choices(error: jsonschema.ValidationError) -> str:
    return f"{_called(error.instance)} is not one of {', '.join(str(one) or '“”' for one in error.validator_value)}."


_WORDS: dict[str, Callable[[jsonschema.ValidationError, Path_], Iterator[Problem]]] = {
    "additionalProperties": _additional,
    "required": _required,
    "type": _type,
    "enum": _said(_choices),
    "const": _said(lambda e: f"This must be “{e.validator_value}”: files of another kind are not read."),
    "pattern": _said(lambda e: f"{_called(e.instance)} is not {e.schema.get('x-kind', KEY)}."),
    "minimum": _said(lambda e: f"{e.instance} is too small; the least is {e.validator_value}."),
    "maximum": _said(lambda e: f"{e.instance} is too large; the most is {e.validator_value}."),
    "exclusiveMinimum": _said(lambda e: f"{e.instance} is too small; it must be above {e.validator_value}."),
    "minItems": _said(lambda e: f"This needs {_count(e.validator_value)}; it has {len(e.instance)}."),
    "maxItems": _said(lambda e: f"This has {len(e.instance)}; at most {e.validator_value} are kept."),
    "uniqueItems": _said(lambda e: "The same entry stands here twice."),
    "minLength": _said(lambda e: "This is empty."),
    "maxLength": _said(lambda e: f"This has {len(e.instance)} characters; at most {e.validator_value} are kept."),
}


def _count(number: int) -> str:
    return "at least one entry" if number == 1 else f"at least {number} entries"
