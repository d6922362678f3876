"""What a feature gives so that files can become its rows: the contract behind `ImportTarget.adapter`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from governance.core.contributions import ImportTarget, contributed
from governance.core.errors import NotVisible
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.problems import Problem
from governance.core.verdict import Verdict


@dataclass
class Resolved:
    """A row in the terms of the model: attribute values, how it is called, and what must be said."""

    attrs: dict[str, Any]
    label: str = ""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where a row comes from, for its ledger entry."""

    batch: str
    file: str
    row: int


class Session(Protocol):
    """One run over a file by one person; holds what was looked up, so that each row costs no query."""

    #: What holds for the whole file and is said once: sentence -> number of rows.
    notes: dict[str, int]
    #: What the file names and is not there yet: kind -> names, to be made before the rows go in.
    missing: dict[str, dict[str, str]]

    def resolve(self, row: MappedRow) -> Resolved:
        """Turn field values into attributes; look up people, teams and the like."""
        ...

    def candidates(self, resolved: Resolved) -> tuple[Sequence[Any], str]:
        """Return existing objects that the row may mean, and the attribute that no two rows may share ('' for none)."""
        ...

    def changes(self, obj: Any, resolved: Resolved) -> dict[str, Any]:
        """Return what the row would change on an existing object; blanks change nothing. Adds problems to `resolved`."""
        ...

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may change this object."""
        ...

    def build(self, resolved: Resolved) -> Any:
        """Return a new, unsaved object."""
        ...

    def say(self, name: str, value: Any) -> str:
        """Return an attribute's value in words, for the preview."""
        ...

    def still_missing(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return of the names by kind those that are not there yet."""
        ...

    def make(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """Make what the file names and is not there yet, through its own actions; return ids by kind."""
        ...

    def create(self, made: Sequence[tuple[Any, Origin]]) -> None:
        """Store new objects with history and ledger entries."""
        ...

    def change(self, obj: Any, changes: Mapping[str, Any], origin: Origin) -> None:
        """Change an existing object with history and ledger entry; raises StaleState when it moved since it was read."""
        ...

    def restore(self, obj: Any, before: Mapping[str, Any], batch: str) -> None:
        """Put attributes back (as `planning.stored` kept them) that an import changed."""
        ...

    def remove(self, objs: Sequence[Any], batch: str) -> None:
        """Remove objects that an import made and nobody touched since."""
        ...

    def unmake(self, made: Mapping[str, Sequence[int]]) -> None:
        """Remove again what `make` made, as far as nothing relies on it."""
        ...

    def load(self, ids: Sequence[int]) -> dict[int, Any]:
        """Return objects by id, ready to be compared and changed."""
        ...


class Adapter(Protocol):
    """How files become rows of one kind."""

    model: Any
    #: Labels of the attributes that a row can set, in the order of the preview.
    labels: Mapping[str, str]

    def may(self, user: Any) -> Verdict:
        """Say whether a person may import rows of this kind at all."""
        ...

    def fields(self) -> list[TargetField]:
        """Return the fields that columns can be matched to."""
        ...

    def session(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> Session:
        """Begin a run. `columns(field)` names the column that feeds a field."""
        ...

    def url(self, key: str) -> str:
        """Return the page of an object."""
        ...

    def list_url(self) -> str:
        """Return the page on which the rows are found afterwards."""
        ...


def targets(user: Any) -> list[ImportTarget]:
    """Return what a person may import."""
    return [target for target in contributed(ImportTarget) if target.adapter.may(user)]


def target_of(key: str) -> ImportTarget:
    """Return a target by key. Raises NotVisible."""
    for target in contributed(ImportTarget):
        if target.key == key:
            return target
    raise NotVisible(f"Files cannot be imported as {key[:40]!r}.", fix="Choose one of the kinds that are offered.")
