"""Opens an Inspect `.eval` archive and takes out what is read, guarding against archives made to fill a disk."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid, TooLarge
from registry.evals.formats import inspect_log, jsontext
from registry.evals.formats.report import MAX_CASES, Report, object_of, objects

UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 400
MEGABYTE = 1024 * 1024
_FIX = "Hand in the log as Inspect wrote it, or convert it: `inspect log convert --to json`."


def read(data: bytes, digest: str) -> Report:
    """Return the run of an `.eval` archive. Raises Invalid or TooLarge."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Invalid("The archive is damaged and cannot be opened.", fix=_FIX, code="damaged") from error
    parts = {part.filename: part for part in archive.infolist()}
    reader = _Reader(archive, parts)
    if "header.json" in parts:
        return inspect_log.read(reader.object("header.json"), digest, _samples(reader))
    if "_journal/start.json" in parts:  # the run never got to write its header
        return inspect_log.read(reader.object("_journal/start.json") | {"status": "started"}, digest, _samples(reader))
    raise Invalid("This archive is no log of Inspect: it has no header.json.", fix=_FIX, code="unknown-format")


def _samples(reader: "_Reader") -> list[Mapping[str, Any]]:
    """Return the summaries of the samples, or the samples themselves where a log has no summaries."""
    if "summaries.json" in reader.parts:
        return list(objects(reader.json("summaries.json")))
    names = sorted(name for name in reader.parts if name.startswith("samples/") and name.endswith(".json"))
    if len(names) > MAX_CASES:
        raise TooLarge(f"The run has more than {MAX_CASES:,} cases.", fix="Hand it in as several suites.", code="too-many-cases")
    return [reader.object(name) for name in names]


class _Reader:
    """Reads parts of an archive within one bound for all of them, whatever the parts claim to be."""

    def __init__(self, archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> None:
        self.archive, self.parts, self.left = archive, parts, UNPACKED

    def object(self, name: str) -> dict[str, Any]:
        """Return the JSON object in a part."""
        return dict(object_of(self.json(name)))

    def json(self, name: str) -> Any:
        """Return the JSON in a part."""
        return jsontext.loads(self._bytes(name).decode("utf-8", "replace"), f"{name} in the archive")

    def _bytes(self, name: str) -> bytes:
        part = self.parts[name]
        if part.flag_bits & 1:
            raise Invalid("The archive is locked with a password.", fix=_FIX, code="damaged")
        if part.file_size > MEGABYTE and part.file_size > MAX_RATIO * max(1, part.compress_size):
            raise TooLarge(f"{name} is packed more tightly than any real log.", fix=_FIX, code="zip-bomb")
        try:
            with self.archive.open(part) as stream:
                raw = stream.read(self.left + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
            raise Invalid(f"{name} in the archive cannot be unpacked.", fix=_FIX, code="damaged") from error
        self.left -= len(raw)
        if self.left < 0:
            raise TooLarge(f"Unpacked, the log has more than {UNPACKED // MEGABYTE} MB.", fix=_FIX, code="zip-bomb")
        return raw
