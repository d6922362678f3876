"""Record sets into files: `records/<key>.json` (one row a line) and `.csv`, written in one pass, redacted on the way."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.core import digest
from governance.core.tabular.csvwriter import write_csv
from governance.packs.collecting.work import Work
from governance.packs.sections import Column, PackSection, RecordSet, Row, Window

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LAST = b"\n]}\n"


@dataclass(frozen=True)
class Table:
    """A record set as it lies in the pack; iterating reads it from disk, row by row."""

    key: str
    label: str
    columns: tuple[Column, ...]
    count: int
    path: Path

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            next(file)
            for line in file:
                if line.startswith(b"{"):
                    yield json.loads(line.rstrip(b",\n"))

    def __len__(self) -> int:
        return self.count


@dataclass(frozen=True)
class Written:
    """What was written of one section: its tables, and the entries that their rows cite."""

    tables: tuple[Table, ...]
    cited: frozenset[int]


def write_section(work: Work, section: PackSection, window: Window) -> Written:
    """Write all record sets of a section, without what this edition leaves out."""
    tables, cited = [], set[int]()
    for found in section.records(window):
        if not KEY.fullmatch(found.key):
            raise ValueError(f"{found.key!r} cannot name a record set: lower case, digits and hyphens")
        if not window.shows(found.key, f"{section.key}.{found.key}"):
            continue
        if (work.files / f"records/{found.key}.json").exists():
            raise ValueError(f"two record sets are called {found.key!r}")
        tables.append(write_set(work, section, found, window, cited))
    return Written(tuple(tables), frozenset(cited))


def write_set(work: Work, section: PackSection, found: RecordSet, window: Window, cited: set[int]) -> Table:
    """Write one record set; adds to `cited` the numbers of entries that its rows rest on."""
    columns = shown(section, found, window)
    path = work.path(f"records/{found.key}.json")
    about = {
        "key": found.key,
        "label": found.label,
        "description": found.description,
        "columns": [{"name": column.name, "label": column.label} for column in columns],
    }
    count = 0
    with ExitStack() as stack:
        out = stack.enter_context(path.open("wb"))
        flat = stack.enter_context(work.path(f"records/{found.key}.csv").open("wb"))
        out.write(digest.canonical(about)[:-1] + b',"rows":[\n')

        def cells() -> Iterator[list[Any]]:
            nonlocal count
            for row in _checked(found, found.rows):
                kept = {column.name: digest.plain(row[column.name]) for column in columns}
                out.write((b",\n" if count else b"") + digest.canonical(kept))
                count += 1
                cited.update(_cited(columns, row))
                yield list(kept.values())

        for piece in write_csv([column.name for column in columns], cells()):
            flat.write(piece)
        out.write(LAST)
    return Table(found.key, found.label, columns, count, path)


def shown(section: PackSection, found: RecordSet, window: Window) -> tuple[Column, ...]:
    """Return the columns that this edition shows: policy names a column everywhere, of a set, or of a section."""
    return tuple(
        column
        for column in found.columns
        if window.shows(column.name, f"{found.key}.{column.name}", f"{section.key}.{column.name}")
    )


def _checked(found: RecordSet, rows: Iterable[Row]) -> Iterator[Row]:
    names = {column.name for column in found.columns}
    for row in rows:
        if row.keys() != names:
            raise ValueError(f"a row of {found.key} has {sorted(row.keys() ^ names)} beside or without its columns")
        yield row


def _cited(columns: Iterable[Column], row: Row) -> Iterator[int]:
    for column in columns:
        value = row[column.name] if column.cites else None
        if value:
            yield from (int(each) for each in (value if isinstance(value, list | tuple) else [value]))
