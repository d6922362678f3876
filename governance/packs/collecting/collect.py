"""Collects a pack in one consistent reading: window, records of all sections, ledger, history. Gives plain facts back."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from governance.core import digest
from governance.ledger.models import Entry
from governance.packs import queries
from governance.packs.collecting import ledger
from governance.packs.collecting.rows import Rows
from governance.packs.collecting.seeing import Eyes
from governance.packs.collecting.tables import Table, write_section
from governance.packs.collecting.work import Work
from governance.packs.models import Pack
from governance.packs.sections import Column, Scope, Window
from governance.packs.snapshot import Progress, snapshot
from governance.proofs import keys, sealing
from governance.proofs import queries as proofs
from governance.proofs.models import Checkpoint

TRIES = 10
LEAVES_AT_ONCE = 4096
Facts = dict[str, Any]


def collect(work: Work, pack: Pack, progress: Progress) -> Facts:
    """Write records, ledger and history into the working folder. Returns what was found out, as plain data.

    A new pack is of the newest checkpoint, and is read in a moment when nothing was written after it, or, where others
    write all the time, as near to it as ten tries come: records are taken as of the checkpoint anyway. A frozen pack that is
    built again is of its own checkpoint.
    """
    for attempt in range(TRIES):
        point = checkpoint_of(pack)
        with snapshot(progress) as tell:
            newest = Entry.objects.order_by("-seq").values_list("seq", flat=True).first()
            if newest != point.size and pack.size is None and attempt < TRIES - 1:
                continue
            return _collect(work, pack, point, tell)
    raise AssertionError("unreachable")


def checkpoint_of(pack: Pack) -> Checkpoint:
    """Return the checkpoint that a pack is of: its own once it is frozen, else the newest, sealed now."""
    return Checkpoint.objects.get(size=pack.size) if pack.size is not None else sealing.seal()


def _collect(work: Work, pack: Pack, point: Checkpoint, tell: Progress) -> Facts:
    as_of = Entry.objects.values_list("at", flat=True).get(seq=point.size)
    window, scope = window_of(pack, as_of)
    sections = queries.sections(pack.edition, window.redact)
    steps, tables, cited = len(sections) + 3, [], set[int]()
    for number, section in enumerate(sections):
        tell(number, steps, f"Reading: {section.label}")
        written = write_section(work, section, window)
        tables += [told_of(section.key, table) for table in written.tables]
        cited |= written.cited
    tell(len(sections), steps, "Reading the ledger")
    told, counts = _ledger(work, window, scope, point, cited, lambda: tell(len(sections) + 1, steps, "Reading history"))
    tell(len(sections) + 2, steps, "Writing the tree")
    _tree(work, point)
    return {
        "as_of": as_of,
        "size": point.size,
        "root": point.root,
        "sections": [section.key for section in sections],
        "tables": tables,
        "window": told_of_window(window),
        "label": scope.label,
        "subjects": len(scope.subjects),
        **counts,
        "span": [told.span.first, told.span.last],
        "about": told.about,
        "withheld": told.withheld,
    }


def window_of(pack: Pack, as_of: datetime) -> tuple[Window, Scope]:
    """Return what a pack looks at, as far as whoever asked for it may see it. Raises NotVisible when that ended."""
    chosen = queries.scope_named(pack.scope)
    if chosen is None:
        raise LookupError(f"nothing contributes the scope {pack.scope}")
    scope = chosen.resolve(pack.asked_by, tuple(each.id for each in queries.subjects_of(pack)))
    window = Window(
        scope=pack.scope,
        start=pack.starts_on,
        end=pack.ends_on,
        edition=pack.edition,
        as_of=as_of,
        asked_by=pack.asked_by,
        surface_ids=scope.surface_ids,
        team_ids=scope.team_ids,
        vendor_ids=scope.vendor_ids,
        incident_ids=scope.incident_ids,
        redact=frozenset(pack.redact),
        title=pack.title,
    )
    return window, scope


def _ledger(
    work: Work, window: Window, scope: Scope, point: Checkpoint, cited: set[int], tell: Callable[[], None]
) -> tuple[ledger.Told, Facts]:
    span = ledger.span_of(window, point.size)
    numbers = ledger.write_heads(work, span, ledger.write_scope(work, window, scope))
    eyes = Eyes(window.asked_by, scope.subjects)

    def bind(shown: list[Any]) -> None:
        tell()
        rows.add(shown)

    with Rows(work) as rows:
        told = ledger.write_bodies(work, window, numbers, eyes, bind)
    told.span = span
    older = ledger.write_cited(work, window, cited - told.inside, point.size, eyes)
    return told, {**rows.counts, "cited": older}


def _tree(work: Work, point: Checkpoint) -> None:
    work.write("ledger/checkpoint.txt", point.note.encode())
    held = [key for key in keys.published() if key["from_size"] <= point.size or key["until_size"] is None]
    told = [{"vkey": key["vkey"], "from_size": key["from_size"], "until_size": key["until_size"]} for key in held]
    work.write("ledger/keys.json", digest.canonical({"keys": told}) + b"\n")
    with work.path("ledger/leaves.bin").open("wb") as out:
        for leaf in proofs.leaf_hashes(1, point.size):
            out.write(leaf)


def told_of(section: str, table: Table) -> Facts:
    """Return a table as plain data."""
    columns = [[column.name, column.label, column.cites] for column in table.columns]
    return {"section": section, "key": table.key, "label": table.label, "columns": columns, "count": table.count}


def tables_of(work: Work, facts: Facts) -> dict[str, Table]:
    """Return the tables that were written, to be read from disk."""
    return {
        each["key"]: Table(
            each["key"],
            each["label"],
            tuple(Column(*column) for column in each["columns"]),
            each["count"],
            work.files / f"records/{each['key']}.json",
        )
        for each in facts["tables"]
    }


def told_of_window(window: Window) -> Facts:
    """Return the ids of a window as plain data."""
    return {name: list(getattr(window, name)) for name in ("surface_ids", "team_ids", "vendor_ids", "incident_ids")}


def window_again(pack: Pack, facts: Facts) -> Window:
    """Return the window that was collected, without asking the database anew."""
    return Window(
        scope=pack.scope,
        start=pack.starts_on,
        end=pack.ends_on,
        edition=pack.edition,
        as_of=datetime.fromisoformat(facts["as_of"]),
        asked_by=pack.asked_by,
        redact=frozenset(pack.redact),
        title=pack.title,
        **{name: tuple(ids) for name, ids in facts["window"].items()},
    )


def day(text: str | date) -> str:
    """Return a day as words."""
    return f"{date.fromisoformat(str(text)):%-d %B %Y}"
