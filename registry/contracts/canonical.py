"""One form for contracts that mean the same, so that one hash stands for them.

What is normalised, and why:

- Line ends become LF, since browsers send CRLF. Other than in the words of a prompt, text is NFC, spaces at line ends
  go, and so do blank lines around it: two people who type the same text on two systems get the same hash. The words of
  a prompt keep every other character, since a model sees them.
- What says nothing goes: null, empty text, empty lists and objects, and `false` where the schema says that absence
  means false.
- Sets are said once and sorted, choices in the order of the schema; routes keep their order, which means something.
- Whole numbers are integers (2000.0 is 2000), as RFC 8785 writes them anyway.
- The hash of a prompt held here is computed, so that the approved hash covers it by name.
- The schema version is always there, so that a reader in ten years knows how to read it.
"""

import hashlib
import unicodedata
from typing import Any

from governance.core import digest
from registry.contracts.shape import VERSION, Contract, Path_, choices, node

SETS: dict[tuple[str, ...], str] = {
    ("inputs", "data_classes"): "key",
    ("authority", "tools"): "key",
    ("prompts",): "key",
    ("retrieval",): "key",
    ("evals",): "suite",
}
"""Lists of rows in which order means nothing, and the field they are sorted by."""

LISTS_WITH_ORDER = {("routes",)}


def normal(contract: Contract) -> Contract:
    """The canonical form of a contract, as new data. What it cannot understand it keeps as it is."""
    told = _value(contract, ())
    whole: Contract = told if isinstance(told, dict) else {}
    prompts = whole.get("prompts")
    for prompt in prompts if isinstance(prompts, list) else ():
        if isinstance(prompt, dict) and isinstance(prompt.get("text"), str):
            prompt["sha256"] = text_hash(prompt["text"])
    return {**whole, "schema": whole.get("schema", VERSION)}


def canonical(contract: Contract) -> bytes:
    """The bytes that are hashed: RFC 8785 over the canonical form."""
    return digest.canonical(normal(contract))


def fingerprint(contract: Contract) -> str:
    """SHA-256 over the canonical bytes, as 64 hexadecimal digits."""
    return digest.sha256(canonical(contract))


def text_hash(text: str) -> str:
    """The hash of the words of a prompt, as `sha256sum` on a file with these words gives it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def line_feeds(text: str) -> str:
    """Text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _value(value: Any, path: Path_) -> Any:
    if isinstance(value, dict):
        told = {key: _value(below, (*path, key)) for key, below in value.items()}
        return {key: below for key, below in told.items() if not _says_nothing(below, (*path, key))}
    if isinstance(value, list):
        return _list([told for told in (_value(below, (*path, 0)) for below in value) if told not in (None, "", {}, [])], path)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _says_nothing(value: Any, path: Path_) -> bool:
    if value is None or value == "" or value == [] or value == {}:
        return True
    return value is False and (node(path) or {}).get("default") is False


def _text(text: str, path: Path_) -> str:
    lines = line_feeds(text)
    if path[:1] == ("prompts",) and path[-1] == "text":
        return lines
    return "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", lines).split("\n")).strip()


def _list(rows: list[Any], path: Path_) -> list[Any]:
    """Sorted and said once where it is a set; rows of an unknown shape stay where they are."""
    plain = tuple(step for step in path if isinstance(step, str))
    if plain in LISTS_WITH_ORDER or node(path) is None:
        return rows
    if all(isinstance(row, str) for row in rows):
        order = list(choices(node((*path, 0)) or {}))
        return sorted(set(rows), key=lambda row: (order.index(row), "") if row in order else (len(order), row))
    if plain in SETS and all(isinstance(row, dict) for row in rows):
        seen = {digest_key(row): row for row in rows}
        return [row for _, row in sorted(seen.items(), key=lambda pair: (str(pair[1].get(SETS[plain], "")), pair[0]))]
    return rows


def digest_key(row: Any) -> str:
    """A stable text for a row, only to sort and to find rows that are the same."""
    if isinstance(row, dict):
        return "{" + ",".join(f"{key!r}:{digest_key(row[key])}" for key in sorted(row, key=str)) + "}"
    return repr(row)
