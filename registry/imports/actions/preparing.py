"""A file comes in, is read, read again in another way, or thrown away."""

import hashlib
import uuid
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from governance.core import clock
from governance.core.errors import Invalid, PlumblineError
from governance.core.tabular.fields import TargetField
from governance.core.tabular.limits import LIMITS, MEGABYTE
from governance.core.tabular.mapping import Mapping
from governance.core.tabular.opening import open_source
from governance.core.tabular.refused import added_columns
from governance.core.tabular.source import Options, Source
from governance.core.tabular.suggestions import first_mapping, suggest
from governance.core.verdict import require
from registry.imports import queries, rules
from registry.imports.actions import steps
from registry.imports.adapter import target_of
from registry.imports.models import ImportBatch

State = ImportBatch.State
# A file larger than this is read by a job: nobody waits for a page.
READ_AT_ONCE = 6 * MEGABYTE
WORKBOOK_AT_ONCE = MEGABYTE  # packed, and slower to read
READ = "imports.read"


def upload(file: BinaryIO, *, actor: Any, name: str, target: str) -> ImportBatch:
    """Take a file in, store it, and read what is in it. Raises Denied, TooLarge, or Invalid when it is no table."""
    require(rules.may_import(actor))
    kind = target_of(target)
    require(kind.adapter.may(actor))
    file.seek(0)
    data = file.read(LIMITS.bytes + 1)
    LIMITS.check_bytes(len(data))
    batch = ImportBatch(target=target, name=_safe(name), owner=actor, size=len(data), settings={"create_missing": True})
    batch.sha256 = hashlib.sha256(data).hexdigest()
    at_once = len(data) <= (WORKBOOK_AT_ONCE if data.startswith(b"PK") else READ_AT_ONCE)
    if at_once:
        _describe(batch, open_source(data, name=name), kind.adapter.fields())
    batch.state = State.MAPPING if at_once else State.READING
    batch.file = default_storage.save(f"imports/{clock.now():%Y-%m}/{uuid.uuid4().hex}", ContentFile(data))
    batch.save()
    if not at_once:
        steps.ask(batch, READ, State.READING, frm=(State.READING,), label=f"Read {batch.name}", actor=actor)
    return batch


def read(batch: ImportBatch) -> None:
    """Read a large file's columns: the work of a job. What cannot be read leaves the import discarded, with the reason."""
    try:
        _describe(batch, queries.open_file(batch), queries.fields_of(batch))
    except PlumblineError as error:
        steps.move(batch, State.DISCARDED, frm=(State.READING,), problem=str(error))
        raise
    steps.move(batch, State.MAPPING, frm=(State.READING,), **_found(batch))


def reread(batch: ImportBatch, *, actor: Any, options: Options, expected_version: int | None = None) -> ImportBatch:
    """Read the file in another way: encoding, delimiter, sheet, header row. The matching of columns begins anew."""
    require(rules.may_map(actor, batch))
    steps.check_version(batch, expected_version)
    kept = batch.options
    batch.options = options.to_json()
    try:
        _describe(batch, queries.open_file(batch), queries.fields_of(batch))
    except PlumblineError:
        batch.options = kept
        raise
    open_states = (State.MAPPING, State.READY)
    steps.move(batch, State.MAPPING, frm=open_states, profile=None, counts={}, notes=[], **_found(batch))
    batch.rows.all().delete()
    return batch


def discard(batch: ImportBatch, *, actor: Any, expected_version: int | None = None) -> ImportBatch:
    """Throw an import away that did not go in, with its file and rows."""
    require(rules.may_discard(actor, batch))
    steps.check_version(batch, expected_version)
    steps.move(batch, State.DISCARDED, frm=(State.MAPPING, State.READY))
    batch.rows.all().delete()
    default_storage.delete(batch.file)
    return batch


def _describe(batch: ImportBatch, source: Source, fields: list[TargetField]) -> None:
    """Keep what the file holds, and the mapping to start from."""
    if not source.scan.rows:
        raise Invalid(
            "The file has headers and no rows.",
            fix="Check that it is the right file and, in a workbook, the right sheet; or say that it has no headers.",
        )
    suggestions = suggest(source.columns, fields)
    batch.source = source.describe() | {"suggestions": [each.to_json() for each in suggestions]}
    batch.row_count = source.scan.rows
    batch.options = source.options.to_json()
    mapping: Mapping = first_mapping(source.columns, fields, suggestions)
    mapping.ignored = added_columns(source.headers)
    batch.mapping = mapping.to_json()


def _found(batch: ImportBatch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in ("source", "options", "mapping", "row_count")}


def _safe(name: str) -> str:
    """A file's name for people: no folders, no control characters, no end of the line."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(character for character in bare if character.isprintable()).strip()
    return bare[-200:] or "file"
