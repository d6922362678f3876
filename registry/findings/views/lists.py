"""The list of findings, what waits first."""

from typing import Any

from django.db.models import QuerySet

from governance.ui.pages import Empty, ListPage, View
from registry.findings import queries
from registry.findings.models import Finding, FindingKind
from registry.findings.tables import FindingFilters, FindingTable
from registry.findings.views.bulk import BULK


class FindingList(ListPage):
    """What was observed and was not approved."""

    key, url_name, title = "findings", "findings", "Findings"
    table, filterset = FindingTable, FindingFilters
    lead = "{total} differences between what was approved and what really happened."
    search_hint = "Find by what was found, surface or endpoint"
    views = (
        View("Open", "state=open"),
        View("Mine", "state=open&owner={me}"),
        View("Never registered", f"state=open&kind={FindingKind.UNKNOWN_SURFACE}"),
        View("Unowned", "state=open&unowned=true"),
        View("Put off", "state=snoozed"),
        View("Settled", "state=accepted"),
        View("All"),
    )
    bulk = BULK
    empty = Empty(
        "Nothing was found",
        "Every call that programs tell of is held against what was approved at that moment. What differs shows up here within "
        "seconds, once, with how often and where.",
    )

    def rows(self, user: Any) -> QuerySet[Finding]:
        """Return the findings that the reader may see."""
        return queries.rows(user)
