"""How a plumbline.yaml comes in over HTTP: as the whole body, or as a file in a form; each read as plain fields."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser, MultiPartParser

from governance.api.errors import Malformed
from governance.api.parsers import loads, read_bounded
from registry.contracts.plainyaml import MOST_BYTES

FLAGS = ("dry_run", "replace")
LARGEST = 12 * MOST_BYTES
"""Bytes that are read at all: room for escapes. How large a file may be is said where it is read, with the line."""


class FileJSONParser(BaseParser):
    """Strict JSON with room for a whole file: text in it may be written as escapes of six bytes a letter."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed body. Raises Malformed or TooLarge."""
        return loads(read_bounded(stream, LARGEST))


class YamlParser(BaseParser):
    """A plumbline.yaml as the whole body; what else is to be said stands in the query."""

    media_type = "application/yaml"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the body as the field `yaml`. Raises Malformed, TooLarge."""
        return {"yaml": _text(read_bounded(stream, LARGEST))}


class XYamlParser(YamlParser):
    """The older name of the same type, which many tools send."""

    media_type = "application/x-yaml"


class FormParser(MultiPartParser):
    """A form with the file as `file`, the rest as plain fields."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the form as plain fields. Raises Malformed, TooLarge."""
        form = super().parse(stream, media_type, dict(parser_context or {}))
        found = {name: _flag(form.data[name]) if name in FLAGS else form.data[name] for name in form.data}
        files: dict[str, Any] = form.files
        for name in files:
            found["yaml" if name == "file" else name] = _text(read_bounded(files[name], LARGEST))
        return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Malformed(f"The file is not UTF-8 text (line {line}).", fix="Save it as UTF-8.") from error


def _flag(text: str) -> Any:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
