"""Files that tell of models, read as plain lines: LiteLLM's configuration, providers' lists, lists of one's own. Pure.

No line ever holds a key. What looks like one is left out and counted; where a file only names the place of a key
(os.environ/…), that name is kept.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import yaml

from governance.core.errors import Invalid, TooLarge
from governance.core.tabular.opening import open_source
from registry.catalog import secrets
from registry.inventory.models import Inventory
from registry.usage.otlp.dialects import dialects

MOST_BYTES, MOST_LINES = 4 * 1024 * 1024, 2_000
REFERENCES = ("os.environ/", "vault://", "env/")
REGIONS = ("aws_region_name", "vertex_location", "region_name", "region", "watsonx_region_name")
ENDS = ("shutdown_date", "deprecation_date", "deprecates_on", "retirement_date", "end_of_life")
COLUMNS = {
    "model": ("model", "model_id", "id"),
    "provider": ("provider", "vendor"),
    "region": ("region", "location"),
    "group": ("group", "alias", "model_name"),
    "name": ("name", "display_name"),
    "ends": ENDS,
}


@dataclass
class Line:
    """One model as a file tells it: by which name programs ask for it, whose it is, where, under which account, until when."""

    model: str
    provider: str = ""
    group: str = ""
    name: str = ""
    region: str = ""
    account: str = ""
    key_ref: str = ""
    ends: str = ""


class Counting:
    """Takes texts out of a file; counts what looks like a key and returns nothing for it."""

    def __init__(self) -> None:
        self.secrets = 0

    def text(self, value: Any, longest: int = 200, *, strict: bool = False) -> str:
        """Return a value as a short text without control characters, "" for what is none or is a secret."""
        if not isinstance(value, str | int) or isinstance(value, bool):
            return ""
        said = "".join(letter for letter in str(value).strip() if letter.isprintable())[:longest]
        if secrets.found_in(said, strict=strict):
            self.secrets += 1
            return ""
        return said

    def reference(self, value: Any) -> str:
        """Return where a key is kept, where the file names the place; a key itself is counted and left out."""
        if isinstance(value, str) and value.startswith(REFERENCES):
            return self.text(value, 300, strict=True)
        self.secrets += bool(value)
        return ""


def read(kind: str, data: bytes, file_name: str) -> tuple[list[dict[str, str]], int]:
    """Return the lines of a file of a kind, and how many secrets were left out. Raises Invalid or TooLarge."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"The file is larger than {MOST_BYTES // 2**20} MiB.", fix="Leave out what are not models.")
    counting = Counting()
    found: dict[tuple[str, ...], Line] = {}
    for line in READERS[kind](data, file_name, counting):
        found.setdefault((line.provider, line.model, line.region, line.group), line)
        if len(found) > MOST_LINES:
            raise TooLarge(f"The file names more than {MOST_LINES:,} models.", fix="Hand it in in parts.")
    if not found:
        raise _none("No model was found in the file.")
    return [asdict(line) for line in found.values()], counting.secrets


def litellm(data: bytes, file_name: str, counting: Counting) -> Iterator[Line]:
    """Read the `model_list` of a LiteLLM configuration. Groups are the names by which programs ask its router."""
    try:
        held = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _none("The file is not valid YAML.") from error
    rows = held.get("model_list") if isinstance(held, dict) else None
    if not isinstance(rows, list):
        raise _none("There is no model_list in the file.")
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("litellm_params"), dict):
            yield from _deployment(row, row["litellm_params"], counting)


def _deployment(row: Mapping[str, Any], told: Mapping[str, Any], counting: Counting) -> Iterator[Line]:
    provider, _, model = counting.text(told.get("model")).rpartition("/")
    if not model:
        return
    provider = counting.text(told.get("custom_llm_provider"), 60) or provider.partition("/")[0]
    keys = [told[name] for name in told if name in ("api_key", "aws_secret_access_key", "vertex_credentials", "azure_ad_token")]
    host = urlsplit(str(told.get("api_base") or "")).hostname or ""
    info: Any = row.get("model_info")
    base = counting.text(info.get("base_model")).rpartition("/")[2] if isinstance(info, dict) else ""
    yield Line(
        model=base or model,
        provider=provider,
        group=counting.text(row.get("model_name")),
        region=_first(told, REGIONS, counting) or _region_of(host),
        account=counting.text(host, strict=True),
        key_ref=next((named for each in keys if (named := counting.reference(each))), ""),
    )


def provider(data: bytes, file_name: str, counting: Counting) -> Iterator[Line]:
    """Read the answer of `GET /v1/models`, as OpenAI and Anthropic (and those who copy them) give it."""
    try:
        held = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _none("The file is not valid JSON.") from error
    rows = held.get("data") if isinstance(held, dict) else held
    if not isinstance(rows, list):
        raise _none("There is no list of models under `data`.")
    for row in rows:
        if isinstance(row, dict) and (model := counting.text(row.get("id"))):
            yield Line(model=model, name=counting.text(row.get("display_name")), ends=_end(row))


def plain(data: bytes, file_name: str, counting: Counting) -> Iterator[Line]:
    """Read a table (CSV, XLSX, JSON) with columns model and provider, and region, group, name, deprecates_on where known."""
    source = open_source(data, name=file_name)
    places = {header.strip().lower().replace(" ", "_"): place for place, header in enumerate(source.headers)}
    if not any(name in places for name in COLUMNS["model"]):
        raise _none("No column says which model: name one `model`.")
    for row in source.rows():
        cells = {key: row.cells[place] for key, place in places.items() if place < len(row.cells)}
        said = {field: _first(cells, names, counting) for field, names in COLUMNS.items() if field != "ends"}
        if said["model"]:
            yield Line(**said, ends=_end(cells))


READERS: Mapping[str, Callable[[bytes, str, Counting], Iterator[Line]]] = {
    Inventory.Kind.LITELLM: litellm,
    Inventory.Kind.PROVIDER: provider,
    Inventory.Kind.PLAIN: plain,
}


def _first(held: Mapping[str, Any], names: tuple[str, ...], counting: Counting) -> str:
    return next((said for name in names if (said := counting.text(held.get(name)))), "")


def _end(row: Mapping[str, Any]) -> str:
    """Return the day on which a model is taken away, as 2027-01-31, "" where none is said."""
    for name in ENDS:
        said = row.get(name)
        if isinstance(said, int | float) and not isinstance(said, bool) and 0 < said < 2**34:
            return datetime.fromtimestamp(said, UTC).date().isoformat()
        if isinstance(said, str) and said.strip():
            try:
                return date.fromisoformat(said.strip()[:10]).isoformat()
            except ValueError:
                continue
    return ""


def _region_of(host: str) -> str:
    matched = next((found for pattern in dialects().servers if (found := pattern.match(host.lower()))), None)
    return matched.group(1) if matched else ""


def _none(message: str) -> Invalid:
    fix = "Choose what kind of file it is, and look into docs/inventory.md for an example of each."
    return Invalid(message, fix=fix, fields={"file": [message]})
