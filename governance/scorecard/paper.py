"""What the board's PDF of a sealed month is made from: its figures with their trend, in words and as pictures, two pages."""

from typing import Any

from governance.core import digest
from governance.scorecard import snapshots, words
from governance.scorecard.models import ScoreSnapshot

MOST = 8
"""So many applications stand on paper; all are in the attached data."""


def context(snapshot: ScoreSnapshot, user: Any) -> dict[str, Any]:
    """Return everything that the pages show, as plain data; the sealed figures travel along whole."""
    figures, earlier = snapshot.figures, snapshots.before(snapshot)
    shown = [row for row in figures["metrics"] if not row["family"]]
    rows = {row.key: row for row in snapshots.compared(snapshot, earlier)}
    applications = snapshots.applications(snapshot)
    return {
        "head": str(snapshot),
        "month": f"{snapshot.first:%B %Y}",
        "earlier": f"{earlier.first:%B %Y}" if earlier is not None else "",
        "stage": figures["stage"].replace("_", " "),
        "policy": figures["policy"],
        "figures_digest": snapshot.digest,
        "seq": snapshot.seq,
        "sealed_at": digest.plain(snapshot.sealed_at),
        "sealed_by": snapshot.sealed_by.name,
        "metrics": [_metric(row, rows[row["key"]], figures["months"]) for row in shown],
        "dora": [row["label"] for row in figures["metrics"] if row["family"]],
        "applications": [{"name": name, "cells": cells} for name, cells in applications[:MOST]],
        "more": max(0, len(applications) - MOST),
        "figures": figures,
    }


def _metric(row: dict[str, Any], said: snapshots.Compared, months: list[str]) -> dict[str, Any]:
    unit = row["unit"]
    return {
        "label": row["label"],
        "definition": row["definition"],
        "now": said.now,
        "then": said.then,
        "moved": said.moved,
        "level": said.mark or "wait",
        "standing": said.standing,
        "counted": said.counted,
        "target": words.said(row["target"], unit) if row["target"] is not None else "",
        "picture": {
            "picture": "spark",
            "values": [words.drawn(value, unit) for value in row["trend"]],
            "target": words.drawn(row["target"], unit),
            "title": f"{row['label']}, {months[0]} to {months[-1]}",
            "finding": _moved([value for value in row["trend"] if value is not None], unit),
        },
    }


def _moved(known: list[float], unit: str) -> str:
    if not known:
        return "Nothing was measured yet."
    return f"From {words.said(known[0], unit)} to {words.said(known[-1], unit)}."
