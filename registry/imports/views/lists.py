"""The list of imports."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.ui.pages import Empty, ListPage, PageAction, View
from registry.imports import queries
from registry.imports.models import ImportBatch
from registry.imports.rules import may_import
from registry.imports.tables import ImportFilters, ImportTable


class ImportList(ListPage):
    """All imports that a person may see."""

    key, url_name, title = "imports", "imports", "Imports"
    table, filterset = ImportTable, ImportFilters
    lead = "{total} files that came in, or are on their way."
    search_hint = "Find by the file's name"
    views = (
        View("All"),
        View("On the way", "state=mapping&state=ready&state=checking&state=committing"),
        View("Mine", "owner={me}"),
    )
    actions = (
        PageAction("Pull inventory", lambda user: reverse("inventories"), "upload"),
        PageAction(
            "Import a file",
            lambda user: reverse("import-upload"),
            icon="import",
            primary=True,
            shown=lambda user: bool(may_import(user)),
        ),
    )
    empty = Empty(
        "No file came in yet",
        "An inventory that exists as a spreadsheet need not be typed again. Any columns will do: you match them, look at "
        "what would change, and only then it goes in. A whole import can be undone.",
        "Import a file",
        lambda user: reverse("import-upload"),
    )

    def rows(self, user: Any) -> QuerySet[ImportBatch]:
        """Return the imports that the reader may see."""
        return queries.listed(user)
