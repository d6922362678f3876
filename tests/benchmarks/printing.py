"""Pages of a volume: how many a second, against WeasyPrint alone in the same run, and how memory grows with them."""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from governance.core import clock
from governance.documents import signing
from governance.documents.density import unbounded
from governance.documents.rendering import Press, html
from governance.documents.volumes import Bound, Chapter, Volume, bind
from tests.benchmarks.measuring import Figure

MADE = datetime(2026, 11, 20, 21, 39, tzinfo=UTC)
TABLE = "documents/volume/table.html"
HEADS = ("No.", "When, UTC", "Who", "Field", "Before", "After", "SHA-256")
ROWS = 250  # dense rows that make a piece of about fifteen pages
LONG = (500, 1000, 2000)


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure and yield the figures of volumes."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _speed(Path(folder) / "speed")
        yield from _memory(Path(folder) / "memory")


def piece(start: int) -> dict[str, Any]:
    """Return the context of a piece: a stretch of history, seven columns wide."""
    rows = [
        [
            {"text": text, "number": place == 0}
            for place, text in enumerate(
                (
                    f"{number:,}",
                    f"{number % 28 + 1} November 2026, 10:{number % 60:02d}",
                    f"Person {number % 37}",
                    "Risk level",
                    "Limited risk, second review pending",
                    f"High risk: see assessment number {number * 7 % 997}",
                    f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}",
                )
            )
        ]
        for number in range(start, start + ROWS)
    ]
    return {"heading": f"History from {start:,}", "columns": [{"label": head} for head in HEADS], "table_rows": rows}


def volume(chapters: Iterator[Chapter]) -> Volume:
    """Return a volume of these chapters."""
    return Volume(
        title="Audit pack PK-1",
        company="Northwind Health",
        heading="What each model may do, and what it did",
        head="Northwind Health · Audit pack PK-1",
        foot="checkpoint 48,211",
        classification="Confidential",
        made=MADE,
        chapters=chapters,
    )


def _speed(folder: Path) -> Iterator[Figure]:
    """Set the same pages by WeasyPrint alone, one piece after the other in one process, and as a volume with one press."""
    alone, pages = 0.0, 0
    with Press() as press:
        for turn in range(4):
            context = {**piece(turn * ROWS), "chapter": {"first": True}, "doc": {"made": MADE.isoformat(), "language": "en"}}
            order = {
                "candidates": [html(TABLE, context, unbounded())],
                "pages": None,
                "made": MADE.isoformat(),
                "identifier": "00" * 16,
            }
            began = time.perf_counter()
            head, _ = press.run(order)
            if turn:  # the first one loads fonts
                alone += time.perf_counter() - began
                pages += head["pages"]
    own = pages / alone
    began = time.perf_counter()
    folder.mkdir()
    bound = bind(volume(Chapter(f"c{n}", f"Chapter {n}", TABLE, (piece(n * ROWS),)) for n in range(8)), folder=folder, workers=1)
    rate = bound.pages / (time.perf_counter() - began)
    holds = rate >= 0.8 * own
    note = f"{bound.pages} pages, cover, contents, binding and all"
    yield Figure("Pages of a volume, for each worker", rate, "pages/s", own, ">= 80 % of WeasyPrint's own", holds, note)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    yield Figure("Memory of one press at its peak", largest, "MB", target="bounded by a piece", holds=largest < 400)
    began = time.perf_counter()
    signing.sign(bound.path, folder / "signed.pdf", reason="Measured", moment=clock.now())
    took = (time.perf_counter() - began) * 1000
    yield Figure("Signing it", took, "ms", note=f"{bound.size / 1e6:.1f} MB")


def _memory(folder: Path) -> Iterator[Figure]:
    """Bind ever longer volumes. All chapters are the same piece, set once, so that it is binding that is measured."""
    context = piece(0)
    folder.mkdir()
    first: float | None = None
    per_page: list[float] = []
    for wanted in LONG:
        began = time.perf_counter()
        bound = _long(folder, context, wanted)
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
        grown, first = peak - (first if first is not None else peak), first if first is not None else peak
        per_page.append(took / bound.pages * 1000)
        linear = per_page[-1] <= 1.5 * per_page[0]
        note = f"{per_page[-1]:.1f} ms a page, {bound.size / 1e6:.1f} MB; memory +{grown:.0f} MB against {LONG[0]} pages"
        yield Figure(
            f"Binding {bound.pages:,} pages", took, "s", target="linear; memory flat", holds=linear and grown <= 64, note=note
        )


def _long(folder: Path, context: dict[str, Any], wanted: int) -> Bound:
    pages = 15
    return bind(
        volume(Chapter(f"c{n}", f"Chapter {n}", TABLE, (context,)) for n in range(wanted // pages)), folder=folder, workers=1
    )
