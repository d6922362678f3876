"""The map on paper: for those who read all, because a document is seen by more people than the one who had it made."""

from typing import Any

from governance.core.errors import NotVisible
from governance.documents.models import Document
from governance.people import roles
from registry.pictures import drawing, queries
from registry.pictures.asking import Asked, named
from registry.pictures.ways import NOT_APPROVED

KIND = "map"
LISTED, ON_THE_FIRST_PAGE = 60, 12
"""So many lines of the table are printed; with at most so many boxes in a column the map stands below its title."""


def load(key: str) -> Asked:
    """Return the question that a document answers. Raises NotVisible."""
    asked = named(key)
    if asked is None:
        raise NotVisible(
            f"There is no map called {key[:40]!r}.", fix="Open the map, choose what it shows, and make it from there."
        )
    return asked


def visible(user: Any, asked: Asked) -> bool:
    """Whether a person may have it made."""
    return roles.reads_all(user)


def seen(user: Any) -> Any:
    """Return the maps that somebody may see who does not read all: none."""
    return Document.objects.none().values_list("subject_id", flat=True)


def context(asked: Asked, user: Any) -> dict[str, Any]:
    """Return what the sheet shows, as plain data."""
    found = queries.read(user, asked)
    rows = sorted(drawing.table(found), key=lambda row: (-row[5], -row[3]))
    return {
        "head": "Map of what may be used, and what was",
        "lead": drawing.finding(found),
        "facts": [
            {"label": "Surfaces", "value": f"{found.surfaces:,}"},
            {"label": "With a contract in force", "value": f"{found.approved:,}"},
            {
                "label": "Calls seen",
                "value": f"{sum(found.map.calls(each) for each in ('approved', 'not_approved', 'unknown')):,}",
            },
            {"label": "Not approved", "value": f"{found.map.calls(NOT_APPROVED):,}"},
        ],
        "picture": drawing.data(found),
        "fits": max(len(column) for column in found.map.columns) <= ON_THE_FIRST_PAGE,
        "rows": [dict(zip(drawing.HEAD, row, strict=True)) for row in rows[:LISTED]],
        "left_out": max(0, len(rows) - LISTED),
    }
