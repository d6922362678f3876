"""Plain YAML as data with line numbers, and nothing else of YAML.

No anchors and aliases (which can blow up), no tags, no duplicate names, one document, and the scalars of JSON: `no` is
text, not false, and a date is text. What is refused is refused in a first pass over flat events, before anything nests.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import Node, ScalarNode, SequenceNode

from registry.contracts.guard import MOST_DEPTH, MOST_VALUES
from registry.contracts.problems import Problem, thousands
from registry.contracts.shape import Path_, pointer

MOST_BYTES = 600_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})\Z")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,18})\.[0-9]{1,18}([eE][-+][0-9]{1,3})?\Z")


class RefusedError(Exception):
    """Something in the file that is not read, with its line."""

    def __init__(self, line: int | None, message: str, fix: str, where: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(where, message, fix, line)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read: its size in bytes, how many values, how deep."""

    most_bytes: int = MOST_BYTES
    most_values: int = MOST_VALUES
    most_depth: int = MOST_DEPTH


def read(source: str | bytes, limits: Limits = Limits()) -> tuple[Any, dict[str, int]]:
    """The data of a file, and the line of each place by its JSON pointer. Raises `RefusedError` with the problem."""
    lines: dict[str, int] = {}
    try:
        return _plain(_composed(_decoded(source, limits), limits), (), lines), lines
    except yaml.YAMLError as error:
        raise _syntax(error) from error


def _decoded(source: str | bytes, limits: Limits) -> str:
    """Text of a bearable size."""
    if len(source) > limits.most_bytes:
        raise RefusedError(
            None,
            f"The file is larger than {thousands(limits.most_bytes)} bytes.",
            "Keep long prompts in files of their own and give the commit.",
        )
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")  # half a character then fails below, as it would in a file
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        raise RefusedError(line, "The file is not UTF-8 text.", "Save it as UTF-8.") from error


def _composed(text: str, limits: Limits) -> Node:
    """The nodes of the only document, after a flat first pass that refuses what must not be composed."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader), start=1):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RefusedError(line, "The file uses an anchor or alias (& or *).", "Write the text out where it is needed.")
        if tag := getattr(event, "tag", None):
            raise RefusedError(
                line,
                f"The file uses a tag ({str(tag).removeprefix('tag:yaml.org,2002:')[:60]}).",
                "Write plain text, numbers, lists and groups.",
            )
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent) and count > 2:
            raise RefusedError(line, "The file holds more than one document.", "Write one file for each surface.")
        if depth > limits.most_depth + 1:
            raise RefusedError(
                line, f"The file is nested more than {limits.most_depth} deep.", "Follow the shape of the published schema."
            )
        if count > limits.most_values * 3:
            raise RefusedError(
                line,
                f"The file holds more than {thousands(limits.most_values)} values.",
                "Leave out what is not part of the agreement.",
            )
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        raise RefusedError(1, "The file is empty.", "Begin with plumbline: 1 and contract:.")
    return node


def _plain(node: Node, path: Path_, lines: dict[str, int]) -> Any:
    """A node as plain data; the line of each place is noted under its JSON pointer."""
    lines.setdefault(pointer(path), node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_plain(below, (*path, index), lines) for index, below in enumerate(node.value)]
    told: dict[str, Any] = {}
    for key, below in node.value:
        name, line = key.value, key.start_mark.line + 1
        if not isinstance(key, ScalarNode) or not isinstance(name, str):
            raise RefusedError(line, "A name in the file is not plain text.", "Use the names of the published schema.")
        if name in told:
            raise RefusedError(
                line, f"“{name[:60]}” stands twice in the same group.", "Keep one of the two.", pointer((*path, name))
            )
        lines[pointer((*path, name))] = line
        told[name] = _plain(below, (*path, name), lines)
    return told


def _scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.style:  # quoted or a block
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text


def _syntax(error: yaml.YAMLError) -> RefusedError:
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # a character that YAML does not allow at all
        return RefusedError(
            None,
            "The file holds a character that YAML does not allow.",
            "Save it as plain UTF-8 text without control characters.",
        )
    return RefusedError(
        mark.line + 1,
        "The file cannot be read as YAML here.",
        "Check indentation, colons and quotes on this line and the one above.",
    )
