"""Records are declared field by field, once: what a cell holds, what kind of thing it is, and who may not read it.

A field's `group` is a name by which policy can leave it out wherever it stands: people, costs, comments, attachments,
trace_ids; a column can be left out by its own name as well. Where people are left out, their names in running texts become
roles.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from governance.core import digest
from governance.core.redaction import Redaction, spoken
from governance.packs.sections import Column, RecordSet, Row, Window
from governance.people.models import User

PEOPLE, COSTS, COMMENTS, ATTACHMENTS, TRACES = "people", "costs", "comments", "attachments", "trace_ids"
GROUPS = (PEOPLE, COSTS, COMMENTS, ATTACHMENTS, TRACES)


@dataclass(frozen=True)
class Field:
    """One column of a record set.

    `read` is an attribute path ("surface.key"), or a function of the row; left out, the name itself. `prose` says that
    people may be named in it.
    """

    name: str
    label: str
    read: str | Callable[[Any], Any] = ""
    group: str = ""
    prose: bool = False
    cites: bool = False

    def value(self, row: Any) -> Any:
        """Return what a row holds here, as plain data; empty text where something on the way is missing."""
        if callable(self.read):
            return digest.plain(self.read(row))
        for step in (self.read or self.name).split("."):
            if row is None:
                return ""
            row = row.get(step) if isinstance(row, dict) else getattr(row, step)
            if callable(row):
                row = row()
        return digest.plain(row)


class Voice:
    """Says texts as an edition may: whole, or with names of people replaced by roles."""

    def __init__(self, window: Window, also: Mapping[str, str] | None = None) -> None:
        """Read whose names are not said; `also` are further words and what is said instead of them."""
        words: dict[str, str] = dict(also or {})
        self.names_people = window.shows(PEOPLE)
        if not self.names_people:
            for name in User.objects.persons().order_by("pk").values_list("name", flat=True):
                words |= spoken(name, "a colleague")
        self._redaction = Redaction(words, addresses=not self.names_people) if words else None

    def say(self, value: Any) -> Any:
        """Return plain data with every text in it said as the edition may."""
        if self._redaction is None:
            return value
        if isinstance(value, str):
            return self._redaction.text(value)
        if isinstance(value, list | tuple):
            return [self.say(each) for each in value]
        if isinstance(value, dict):
            return {key: self.say(each) for key, each in value.items()}
        return value

    def person(self, person: Any) -> str:
        """Return somebody's name, or nothing where people are left out."""
        return str(person) if person is not None and self.names_people else ""


def records(
    window: Window,
    key: str,
    label: str,
    fields: Iterable[Field],
    rows: Iterable[Any],
    description: str,
    voice: Voice | None = None,
) -> RecordSet:
    """Return a record set of declared fields over rows, without what this edition leaves out by group."""
    shown = [each for each in fields if window.shows(*_names(key, each))]
    columns = tuple(Column(each.name, each.label, each.cites) for each in shown)
    return RecordSet(key, label, columns, _rows(shown, rows, voice or Voice(window)), description)


def _names(key: str, field: Field) -> list[str]:
    """Return the names by which policy may leave a column out: its own and its group's, everywhere or in this set."""
    names = [name for name in (field.name, field.group) if name]
    return names + [f"{key}.{name}" for name in names]


def _rows(fields: list[Field], rows: Iterable[Any], voice: Voice) -> Iterator[Row]:
    for row in rows:
        yield {each.name: voice.say(each.value(row)) if each.prose else each.value(row) for each in fields}
