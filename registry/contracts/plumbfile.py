"""`plumbline.yaml`: a contract in a team's repository, read safely and written back the same.

    plumbline: 1
    surface: S-0418
    contract:
      inputs: ...

Each problem carries the line it stands on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import ScalarNode

from registry.contracts.canonical import normal
from registry.contracts.facts import Known
from registry.contracts.plainyaml import RefusedError, read
from registry.contracts.problems import Problem
from registry.contracts.shape import VERSION, Contract, pointer, schema
from registry.contracts.validate import validate

FILE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Plumbfile:
    """What a file holds: the surface it is for, its contract, and what is wrong with it."""

    surface: str = ""
    contract: Contract = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it can be used."""
        return not self.problems


def from_yaml(source: str | bytes, *, known: Known | None = None) -> Plumbfile:
    """Read a file. Never raises for what is in it: all that is wrong is in `problems`."""
    try:
        document, lines = read(source)
    except RefusedError as refused:
        return Plumbfile(problems=(refused.problem,))
    return _checked(document, lines, known)


def located(source: str | bytes, problems: Iterable[Problem]) -> list[Problem]:
    """Give problems of the contract in a file (found after it was read) the line on which they stand."""
    try:
        _, lines = read(source)
    except RefusedError as refused:
        return [refused.problem]
    return [_with_line(Problem(f"/contract{one.pointer}", one.message, one.fix), lines) for one in problems]


def to_yaml(contract: Contract, *, surface: str = "") -> str:
    """Write a contract as a file, in the order of the schema, long texts as blocks."""
    document = {
        "plumbline": FILE_VERSION,
        **({"surface": surface} if surface else {}),
        "contract": in_order(contract),
    }
    body = written(document)
    return f"# What a surface may do. A difference from what is in force becomes a proposed change.\n{body}"


def written(document: Any) -> str:
    """Write plain data as YAML: names in their order, long texts as blocks, never an alias; the same data, the same bytes."""
    body: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False)
    return body


def in_order(contract: Contract) -> Contract:
    """A contract in its canonical form, its parts in the order of the schema."""
    found: Contract = _in_order(normal(contract), schema())
    return found


def file_schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors that check while one types."""
    contract = {key: value for key, value in schema().items() if key not in {"$schema", "$id"}}
    return {
        "$schema": schema()["$schema"],
        "$id": "urn:plumbline:file:v1",
        "title": "plumbline.yaml",
        "description": "The contract of one surface, kept beside the code that uses it.",
        "type": "object",
        "additionalProperties": False,
        "required": ["plumbline", "contract"],
        "properties": {
            "plumbline": {"title": "Format", "description": "The version of this format.", "const": FILE_VERSION},
            "surface": {
                "title": "Surface",
                "description": "The key of the surface.",
                "type": "string",
                "maxLength": 40,
                "examples": ["S-0418"],
            },
            "contract": contract,
        },
    }


def _checked(document: Any, lines: dict[str, int], known: Known | None) -> Plumbfile:
    problems = list(_envelope(document))
    if problems:
        return Plumbfile(problems=tuple(_with_line(one, lines) for one in problems))
    contract = _without_nothing(document["contract"] or {})
    for found in validate(contract, known=known):
        problems.append(_with_line(Problem(f"/contract{found.pointer}", found.message, found.fix), lines))
    return Plumbfile(document.get("surface") or "", contract if not problems else {}, tuple(problems))


def _envelope(document: Any) -> Iterator[Problem]:
    if not isinstance(document, dict):
        yield Problem("", "The file is not a group of named fields.", "Begin with plumbline: 1 and contract:.")
        return
    for name in document:
        if name not in {"plumbline", "surface", "contract"}:
            yield Problem(
                pointer((name,)),
                f"The file has no field “{name[:60]}” at its top.",
                "Use plumbline, surface and contract; the parts stand under contract.",
            )
    if document.get("plumbline") != FILE_VERSION:
        yield Problem(
            "/plumbline",
            "The file does not say which version of the format it follows.",
            f"Write plumbline: {FILE_VERSION}.",
        )
    if not isinstance(document.get("surface", ""), (str, type(None))) or len(document.get("surface") or "") > 40:
        yield Problem("/surface", "The surface is not a key.", "Write its key, such as S-0418.")
    if not isinstance(document.get("contract"), (dict, type(None))) or "contract" not in document:
        yield Problem("/contract", "The file holds no contract.", "Write the parts under contract:.")


def _without_nothing(value: Any) -> Any:
    """A name with nothing after it says nothing, rather than null."""
    if isinstance(value, dict):
        return {key: _without_nothing(below) for key, below in value.items() if below is not None}
    return [_without_nothing(below) for below in value] if isinstance(value, list) else value


def _with_line(found: Problem, lines: dict[str, int]) -> Problem:
    """The line of the place, or of the nearest place around it."""
    where = found.pointer
    while where not in lines and where:
        where = where.rpartition("/")[0]
    return Problem(found.pointer, found.message, found.fix, lines.get(where))


def _in_order(value: Any, node: Any) -> Any:
    if isinstance(value, dict):
        properties = (node or {}).get("properties", {})
        keys = [key for key in properties if key in value] + [key for key in value if key not in properties]
        return {
            key: _in_order(value[key], properties.get(key)) for key in keys if not (key == "schema" and value[key] == VERSION)
        }
    if isinstance(value, list):
        return [_in_order(below, (node or {}).get("items")) for below in value]
    return value


class _Dumper(yaml.SafeDumper):
    """Writes long and many-lined texts as blocks, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


_ODD = re.compile("[^\\n\\t\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]")
"""What YAML reads as a line break, or does not take as it is: written with escapes, so that it comes back the same."""


def _text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    if _ODD.search(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text)


_Dumper.add_representer(str, _text)
