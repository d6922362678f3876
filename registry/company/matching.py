"""Which held record a row of the file means, and what of it differs in plain words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.core.errors import Conflict
from governance.people.models import Position, Team
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor
from registry.company import sections as kinds
from registry.company.exporting import ROWS, Reader, plain
from registry.company.reading import number_of
from registry.company.sections import Row, Section
from registry.contracts import diff
from registry.contracts.facts import Names
from registry.evals.models import EvalSuite
from registry.surfaces.models import Surface

KEYED: dict[str, Any] = {
    "teams": Team,
    "positions": Position,
    "vendors": Vendor,
    "endpoints": Endpoint,
    "tools": Tool,
    "suites": EvalSuite,
}
LONGEST = 80


@dataclass
class Held:
    """What is held in one section as the reader's own export says it, found by what identifies a row."""

    section: Section
    rows: list[Row]
    by_key: dict[tuple[Any, ...], Row]
    by_name: Mapping[str, list[Row]]
    by_number: Mapping[str, list[Row]]

    def find(self, row: Row, *, same_company: bool) -> Row | None:
        """Return the held row that a row of the file means. Raises Conflict where it may mean several.

        Everything but a surface goes by its key. A surface's key is this installation's own number: it counts where
        the file is of this company; else a surface goes by its outside number, else by its name.
        """
        if self.section.name != "surfaces":
            return self.by_key.get(self.section.identify(row))
        if same_company and row.get("key") and (row["key"],) in self.by_key:
            return self.by_key[(row["key"],)]
        number = row.get("external_id", "")
        found = self.by_number.get(number, []) if number else []
        found = found or [one for one in self.by_name.get(row["name"].casefold(), []) if not number or not one.get("external_id")]
        if len(found) > 1:
            keys = ", ".join(str(one["key"]) for one in found[:5])
            raise Conflict(f"Several surfaces are called {row['name']} here: {keys}.", fix="Give each an outside number first.")
        return found[0] if found else None


def held(section: Section, reader: Reader) -> Held:
    """Return what is held in a section."""
    rows = ROWS[section.name](reader)
    by_name: dict[str, list[Row]] = defaultdict(list)
    by_number: dict[str, list[Row]] = defaultdict(list)
    for row in rows if section.name == "surfaces" else ():
        by_name[row["name"].casefold()].append(row)
        if row["external_id"]:
            by_number[row["external_id"]].append(row)
    return Held(section, rows, {section.identify(row): row for row in rows}, by_name, by_number)


def record(section: Section, row: Row) -> Any:
    """Return the record behind a held row."""
    if section.name == "surfaces":
        return Surface.objects.select_related("owner", "team__lead", "vendor", "in_force").get(
            pk=int(row["key"].removeprefix("S-"))
        )
    if section.name == "data_rules":
        rules = DataRule.objects.select_related("endpoint", "data_class")
        return rules.get(endpoint__key=row["endpoint"], data_class__key=row["data_class"])
    return KEYED[section.name].objects.get(key=row["key"])


def changes(section: Section, row: Row, before: Row, reader: Reader) -> Row:
    """Return the fields of a row that say something else than what is held; a field that is left out says nothing."""
    told: Row = {}
    for name, value in row.items():
        if name in section.identity or section.fields[name] == kinds.SAID:
            continue
        if section.name == "surfaces" and name == "key":
            continue
        if section.fields[name] == kinds.CONTRACT and reader.contract(value) == before.get("draft"):
            continue
        if not _same(section.fields[name], value, before.get(name), reader):
            told[name] = value
    return told


def _same(kind: str, said: Any, held_: Any, reader: Reader) -> bool:
    if kind == kinds.PERSON:
        return str(said).casefold() == str(held_ or "").casefold()
    if kind == kinds.NUMBER:
        return number_of(said) == number_of(held_ if held_ is not None else "")
    if kind == kinds.CONTRACT:
        return reader.contract(said) == (held_ or {})
    if kind == kinds.MAP:
        return _told(said) == _told(held_ or {})
    return said == held_ or (said in ("", None) and held_ in ("", None))


def _told(value: Any) -> Any:
    """A map without what says nothing, so that an empty field and a missing one are the same."""
    if isinstance(value, dict):
        inner = {str(name): _told(below) for name, below in value.items()}
        return {name: below for name, below in inner.items() if below not in ("", None, {}, [])}
    return [_told(below) for below in value] if isinstance(value, list) else plain(value)


def in_words(section: Section, told: Row, before: Row, names: Names) -> list[str]:
    """Say what differs: each field with before and after, a contract in the words of the domain."""
    said: list[str] = []
    for name, value in told.items():
        if section.fields[name] == kinds.CONTRACT:
            found = diff.diff(dict(before.get(name) or {}), dict(value), names)
            said += [f"Contract: {one.sentence}" for one in found] if before.get(name) else ["Contract: a first draft"]
        elif section.fields[name] == kinds.MAP:
            said += [f"{_called(name)}: {words}" for words in _map_words(_told(before.get(name) or {}), _told(value))]
        else:
            said.append(f"{_called(name)}: {_short(before.get(name))} → {_short(value)}")
    return said


def _map_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    told = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was != now:
            told.append(f"{name} {'added' if was is None else 'removed' if now is None else 'changed'}")
    return told


def _called(name: str) -> str:
    said = name.replace("_", " ")
    return said[:1].upper() + said[1:]


def _short(value: Any) -> str:
    text = "nothing" if value in ("", None, []) else str(value).replace("\n", " ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
