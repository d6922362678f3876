"""How results reach the gate over HTTP: JSON that carries the files as text, or a form with the files themselves."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser, MultiPartParser

from governance.api.errors import Malformed
from governance.api.parsers import loads, read_bounded
from registry.evals.formats import MAX_BYTES
from registry.gates import limits
from registry.gates.actions import Sent

MOST_FILES = 20
NUMBERS = {limits.MIN_PASS_RATE: float, limits.MAX_COST: float, limits.MAX_VARIANCE: float} | {
    limits.MAX_LATENCY: int,
    limits.MAX_NEWLY_FAILING: int,
}


class GateJSONParser(BaseParser):
    """Strict JSON, as large as result files are."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed body. Raises Malformed or TooLarge."""
        return loads(read_bounded(stream, MAX_BYTES * 4 // 3))


class GateFormParser(MultiPartParser):
    """A form: each file under the key of its suite (or as `file`, with the key in `suite`), limits as plain fields."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the form as the JSON body would be. Raises Malformed or TooLarge."""
        form = super().parse(stream, media_type, dict(parser_context or {}))
        fields: dict[str, Any] = {name: form.data[name] for name in form.data}
        suites = form.data.getlist("suite")
        fields.pop("suite", None)
        found: dict[str, Any] = {"results": _files(form.files, suites)}
        asked = {name: _number(name, fields.pop(name)) for name in NUMBERS if name in fields}
        if limits.CURRENCY in fields:
            asked[limits.CURRENCY] = fields.pop(limits.CURRENCY)
        for name in ("prompts", "models"):
            if name in fields:
                found[name] = _json(name, fields.pop(name))
        return {**found, **({"limits": asked} if asked else {}), **fields}


def _files(files: Any, suites: list[str]) -> list[dict[str, Any]]:
    found, waiting = [], list(suites)
    for name in files:
        for file in files.getlist(name):
            if name == "file" and not waiting:
                raise Malformed("A file is sent as `file`, and no `suite` says of which suite it is.", fix="Send suite along.")
            suite = waiting.pop(0) if name == "file" else name
            found.append({"suite": suite, "base64": base64.b64encode(read_bounded(file, MAX_BYTES)).decode()})
    if waiting:
        raise Malformed(
            f"No file came for the suite {waiting[0][:100]}.", fix="Send one `file` for each `suite`, in their order."
        )
    return found


def _number(name: str, text: str) -> Any:
    try:
        return NUMBERS[name](text)
    except ValueError as error:
        raise Malformed(f"{name} is {text[:40]!r}, which is no number.") from error


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"{name} is not JSON.", fix='Such as {"triage": "v31"}.') from error


def sent(row: Mapping[str, Any]) -> Sent:
    """Return a result of the body as a file; what cannot be one says why, and fails the gate."""
    given = [name for name in ("text", "base64", "run") if name in row]
    if len(given) != 1:
        return Sent(
            row["suite"], unread="no results came with it, or more than one.", fix="Send text, base64 or run, one of them."
        )
    if "text" in row:
        return Sent(row["suite"], row["text"].encode())
    if "run" in row:
        return Sent(row["suite"], json.dumps(row["run"], ensure_ascii=False).encode())
    try:
        return Sent(row["suite"], base64.b64decode(row["base64"], validate=True))
    except (binascii.Error, ValueError):
        return Sent(row["suite"], unread="what was sent is not base64.", fix="Encode the file with base64, or send it as text.")
