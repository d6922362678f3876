"""Policy as a YAML file: read strictly, with the line of every value; written so that the same policy is the same bytes.

Comments are welcome in what is read. Anchors, tags and duplicate keys are not: a policy must say what it looks like.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

import yaml

from governance.core.errors import Invalid, TooLarge
from governance.core.text import clean_text
from governance.policy import normal
from governance.policy.schema import Path_

MAX_BYTES = 400_000
MAX_DEPTH = 12
WIDTH = 116
SHORT = 100
BREAKS = re.compile("[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, in words, and what to do."""

    message: str
    line: int = 0
    path: Path_ = ()

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True)
class Parsed:
    """What a file says, and on which line each value stands."""

    value: Any
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int:
        """The line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Loader(yaml.SafeLoader):
    """Reads plain values as YAML 1.2 does (`off`, `no` and dates are words), and nothing that needs looking up."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a value; refuse what hides or changes what the file says."""
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _refusal("Anchors and references (& and *) are not read here. Write it out.", _line(event.start_mark))
        if getattr(event, "tag", None):
            raise _refusal("Type tags (!) are not read here. Write the plain value.", _line(event.start_mark))
        if self.depth > MAX_DEPTH:
            raise _refusal("This is nested deeper than any policy.", _line(event.start_mark))
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+][0-9]+)?$", "-+.0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def parse(text: str) -> Parsed:
    """Read a file. Raises Invalid with the line of what cannot be read, TooLarge beyond what people can agree to."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise TooLarge(f"The policy is larger than {MAX_BYTES // 1000} KB.", fix="Keep it to what people read and agree to.")
    _check_characters(text)
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _refusal(_in_words(error), _line(error.problem_mark or error.context_mark)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _refusal("This is not YAML that can be read.", 1) from error
    if root is None:
        raise _refusal("There is nothing in it.", 1)
    lines: dict[Path_, int] = {}
    return Parsed(_value(root, (), lines), lines)


def _check_characters(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            clean_text(line)
        except Exception as error:
            raise _refusal("; ".join(getattr(error, "messages", [str(error)])), number) from error


def _value(node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Any:
    lines[path] = _line(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _key(key_node)
            if key in found:
                raise _refusal(f"“{key}” stands twice in the same place. Keep one.", _line(key_node.start_mark))
            found[key] = _value(value_node, (*path, key), lines)
            lines[(*path, key)] = _line(key_node.start_mark)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _refusal("A name must be a plain word.", _line(node.start_mark))
    return str(node.value)


def _scalar(node: yaml.Node) -> Any:
    kind, text = node.tag.rsplit(":", 1)[1], str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in {"int", "float"} and len(text) > 20:
        raise _refusal("This number is longer than any in a policy.", _line(node.start_mark))
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    return text


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 1


def _refusal(message: str, line: int) -> Invalid:
    problem = Problem(message, line)
    return Invalid(
        str(problem),
        fix="Correct the file there and send it again.",
        code="policy-unreadable",
        fields={"document": [str(problem)]},
    )


def _in_words(error: yaml.MarkedYAMLError) -> str:
    said = error.problem or ""
    if "tab" in said or "\\t" in said:
        return "A tab stands where spaces must. Indent with spaces."
    if "mapping values are not allowed" in said:
        return "A colon stands in a value, or a line is indented wrongly. Put the value in quotes, or line the lines up."
    if "expected ',' or" in said:
        return "A bracket is not closed, or a comma is missing. Put values that hold , : ? [ ] { } in quotes."
    if "could not find expected ':'" in said:
        return "A name without a colon."
    if "expected <block end>" in said:
        return "This line is indented differently from its neighbours."
    if "unexpected end of stream" in said or "found unexpected end" in said:
        return "A quotation mark is never closed."
    if "expected a single document" in (error.context or "") + said:
        return "There is more than one document in the file. Keep one."
    return f"This cannot be read as YAML ({said or error.context})."


class _Section(dict[str, Any]):
    """A mapping that is never written in one line."""


class _Dumper(yaml.SafeDumper):
    """Writes what fits on a line as one line, everything else as a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Indent lists below their name."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True

    def represent_node(self, data: Any) -> yaml.Node:
        """Represent a mapping or list, in one line when it is short and holds only plain values."""
        if isinstance(data, dict):
            return self.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=_is_short(data))
        if any(isinstance(item, dict) and not _is_short(item) for item in data):
            data = [_Section(item) if isinstance(item, dict) else item for item in data]  # all rows of a list look alike
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=_is_short(data))


def _as_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Write text; in double quotes where it holds a line break that YAML would fold away (NEL, LS, PS)."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if BREAKS.search(text) else None)


_Dumper.add_representer(str, _as_text)
_Dumper.add_representer(_Section, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), False))
_Dumper.add_representer(dict, _Dumper.represent_node)
_Dumper.add_representer(list, _Dumper.represent_node)


def _is_short(data: Any) -> bool:
    return _depth(data) <= 2 and len(repr(data).replace("'", "")) <= SHORT


def _depth(data: Any) -> int:
    if isinstance(data, dict):
        return 1 + max(map(_depth, data.values()), default=0)
    if isinstance(data, list):
        return 1 + max(map(_depth, data), default=0)
    return 0


def dump(document: dict[str, Any]) -> str:
    """Write a policy in normal form as YAML: the same policy gives the same bytes, and reads back as itself."""
    parts = []
    for name, value in normal.slim(document).items():
        out = io.StringIO()
        yaml.dump(
            _Section({name: value}),
            out,
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            width=WIDTH,
            default_flow_style=False,
        )
        parts.append(out.getvalue())
    return "\n".join(parts)
