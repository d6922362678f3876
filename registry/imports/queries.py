"""Reads of imports; `visible_to` is the only door."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from governance.core.errors import NotVisible, Unavailable
from governance.core.tabular.fields import TargetField
from governance.core.tabular.opening import open_source
from governance.core.tabular.problems import Problem
from governance.core.tabular.refused import Refused
from governance.core.tabular.source import Options, Source
from registry.imports.adapter import target_of
from registry.imports.models import ImportBatch, ImportProfile, ImportRow

KEY = re.compile(r"(?:I-)?0*(\d{1,18})", re.IGNORECASE)


def visible_to(user: Any) -> QuerySet[ImportBatch]:
    """Return the imports that a reader may see."""
    return ImportBatch.objects.visible_to(user).select_related("owner", "job", "profile")


def listed(user: Any) -> QuerySet[ImportBatch]:
    """Return the same for a list, without what only an import's own page shows."""
    return visible_to(user).defer("source", "mapping", "options", "notes", "settings")


def get(user: Any, key: str) -> ImportBatch:
    """Return an import by its key (I-0012). Raises NotVisible."""
    found = KEY.fullmatch(key)
    batch = visible_to(user).filter(pk=int(found[1])).first() if found else None
    if batch is None:
        raise NotVisible(f"There is no import {key[:40]} that you can see.", fix="Check the address, or upload the file.")
    return batch


def profiles_for(user: Any, target: str) -> QuerySet[ImportProfile]:
    """Return the saved mappings for one kind of row."""
    return ImportProfile.objects.visible_to(user).filter(target=target)


def get_profile(user: Any, pk: int) -> ImportProfile:
    """Return a saved mapping. Raises NotVisible."""
    profile = ImportProfile.objects.visible_to(user).select_related("owner").filter(pk=pk).first()
    if profile is None:
        raise NotVisible("There is no such saved mapping.", fix="Choose one of those that are offered.")
    return profile


def fields_of(batch: ImportBatch) -> list[TargetField]:
    """Return the fields that the columns of a file can be matched to."""
    return list(target_of(batch.target).fields())


def open_file(batch: ImportBatch) -> Source:
    """Open the stored file as it was read before. Raises Unavailable when the store does not have it any more."""
    try:
        with default_storage.open(batch.file, "rb") as file:
            data = file.read()
    except OSError as error:
        raise Unavailable(f"The file {batch.name} is not in the store any more.", fix="Upload it again.") from error
    return open_source(data, name=batch.name, options=Options.from_json(batch.options))


def refused_rows(batch: ImportBatch) -> Iterator[Refused]:
    """Return the rows that were kept out, with their cells as they were read and their problems."""
    rows = batch.rows.filter(outcome=ImportRow.Outcome.REFUSED).order_by("number")
    for row in rows.iterator(chunk_size=500):
        yield Refused(row.number, row.cells, [Problem.from_json(problem) for problem in row.problems])


def headers_of(batch: ImportBatch) -> list[str]:
    """Return the names of the file's columns."""
    return [column["name"] for column in batch.source.get("columns", [])]


def commonest_problems(batch: ImportBatch, limit: int = 8) -> list[tuple[str, str, int]]:
    """Return level, message and number of the problems that most rows share, values left out of the message."""
    counted: Counter[tuple[str, str]] = Counter()
    rows = batch.rows.exclude(problems=[]).values_list("problems", flat=True)
    for problems in rows.iterator(chunk_size=1000):
        counted.update({(problem["level"], _shape(problem["message"])) for problem in problems})
    order = {"refuse": 0, "warn": 1, "note": 2}
    ranked = sorted(counted.items(), key=lambda item: (order.get(item[0][0], 3), -item[1]))
    return [(level, message, number) for (level, message), number in ranked[:limit]]


def _shape(message: str) -> str:
    return re.sub(r"“[^”]*”", "“…”", message)
