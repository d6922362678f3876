"""What sheets contribute: three kinds of document, sections of the charter, and a panel where they are asked for."""

from typing import Any

from django.urls import reverse

from governance.core.contributions import CharterSection, DocumentKind, contribute
from governance.documents import queries as documents
from governance.ui.extensions import ObjectPanel
from governance.ui.pages import Button
from registry.changes.models import Change
from registry.sheets import charter, queries, raci, record, spec
from registry.surfaces.models import Surface

SHOWN = 5

contribute(
    DocumentKind(
        key="spec-sheet",
        label="Spec sheet",
        load=queries.surface,
        context=spec.context,
        template="documents/spec_sheet.html",
        visible=queries.sees_surface,
        url=lambda surface: reverse("surface", args=[surface.key]),
        seen=queries.surfaces_seen,
        pages=1,
        order=20,
    )
)
contribute(
    DocumentKind(
        key="raci",
        label="RACI",
        load=queries.surface,
        context=raci.context,
        template="documents/raci_sheet.html",
        visible=queries.sees_surface,
        url=lambda surface: reverse("surface-raci", args=[surface.key]),
        seen=queries.surfaces_seen,
        pages=1,
        order=30,
    )
)
contribute(
    DocumentKind(
        key="decision-record",
        label="Decision record",
        load=queries.change,
        context=record.context,
        template="documents/decision_record.html",
        visible=queries.sees_change,
        url=lambda change: reverse("change", args=[change.key]),
        seen=queries.changes_seen,
        order=40,
    )
)
contribute(CharterSection("covers", "Covers", charter.covers, order=1))
contribute(CharterSection("access-paths", "Approved access paths", charter.access_paths, order=10))
contribute(CharterSection("data-rules", "Data rules", charter.data_rules, order=20))


def _make(kind: str, key: str, label: str) -> Button:
    return Button(label, reverse("document-make", args=[kind, key]), icon="download", post=True)


def of_surface(user: Any, surface: Surface) -> dict[str, Any]:
    """Return what can be made of a surface, and what was made last."""
    return {
        "makes": [_make("spec-sheet", surface.key, "Spec sheet"), _make("raci", surface.key, "RACI")],
        "files": [("RACI as CSV", reverse("raci-file", args=[surface.key, "csv"]))],
        "made": [],
    }


def of_change(user: Any, change: Change) -> dict[str, Any]:
    """Return what can be made of a change, and what was made last."""
    made = documents.of_subject("decision-record", change)
    return {"makes": [_make("decision-record", change.key, "Decision record")], "files": [], "made": list(made[:SHOWN])}


contribute(ObjectPanel("surface.sheets", "registry.surface", "registry/sheets/_documents.html", of_surface, aside=True, order=80))
contribute(ObjectPanel("change.sheets", "registry.change", "registry/sheets/_documents.html", of_change, aside=False, order=80))
