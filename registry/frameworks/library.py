"""The frameworks that come with the product, read from data/: items by their publishers' ids, one file an edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from governance.core.errors import NotVisible

try:  # libyaml reads ten times as fast; not every Python has it
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

DATA = Path(__file__).parent / "data"
KEYS = (
    "owasp-llm-2026",
    "owasp-llm-2025",
    "owasp-agentic-2026",
    "nist-ai-rmf-1.0",
    "iso-42001-2023",
    "eu-ai-act",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of one edition. `was` is the item of the edition before that is about the same, whatever its id."""

    id: str
    title: str
    group: str = ""
    means: str = ""
    helps: tuple[str, ...] = ()
    was: str = ""
    applies_from: date | None = None
    binds: str = ""

    @property
    def anchor(self) -> str:
        """Its place on a page."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.id)


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework in one edition, with where it comes from and under which licence."""

    key: str
    name: str
    edition: str
    source: str
    address: str
    licence: str
    items: tuple[Item, ...]
    groups: Mapping[str, str]
    is_checklist: bool = False
    follows: str = ""

    @property
    def label(self) -> str:
        """Its name with the edition, by which people tell editions apart."""
        return f"{self.name} {self.edition}"

    def item(self, id_: str) -> Item | None:
        """Return an item by its id."""
        return next((item for item in self.items if item.id == id_), None)


@cache
def framework(key: str) -> Framework:
    """Return a framework. Raises NotVisible for a key that none has."""
    if key not in KEYS:
        raise NotVisible(f"There is no framework {key[:60]}.", fix=f"One of {', '.join(KEYS)}.")
    said = yaml.load((DATA / f"{key}.yaml").read_text(encoding="utf-8"), Loader)
    return Framework(
        key=said["key"],
        name=said["name"],
        edition=said["edition"],
        source=said["source"],
        address=said["address"],
        licence=said["licence"],
        items=tuple(_item(row) for row in said["items"]),
        groups={row["id"]: row["title"] for row in said.get("groups", ())},
        is_checklist=said.get("checklist", False),
        follows=said.get("follows", ""),
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        id=row["id"],
        title=row["title"],
        group=row.get("group", ""),
        means=row.get("means", ""),
        helps=tuple(row.get("helps", ())),
        was=row.get("was", ""),
        applies_from=row.get("applies_from"),
        binds=row.get("for", ""),
    )


def frameworks() -> list[Framework]:
    """Return all frameworks, in the order in which they are shown."""
    return [framework(key) for key in KEYS]
