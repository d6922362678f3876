"""Lists of drills, and of surfaces whose kill switch is to be drilled."""

from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from governance.people import roles
from governance.ui.pages import Empty, ListPage, PageAction, View
from registry.surfaces.models import Surface
from registry.switches import queries
from registry.switches.models import Drill
from registry.switches.tables import DrillFilters, DrillTable, DueTable


class DrillList(ListPage):
    """All drills of the surfaces that a person may see."""

    key, url_name, title = "drills", "drills", "Drills"
    table, filterset = DrillTable, DrillFilters
    lead = "{total} trials of kill switches and rollbacks, each with how long the lever took."
    search_hint = "Find by surface, lever or note"
    views = (
        View("All"),
        View("Planned", "state=planned"),
        View("Overdue", "overdue=true"),
        View("Failed", "outcome=failed"),
    )
    actions = (
        PageAction("Overdue surfaces", lambda user: reverse("drills-due"), icon="clock"),
        PageAction(
            "Record one that was run", lambda user: reverse("drill-record"), shown=lambda user: bool(roles.may_write(user))
        ),
        PageAction(
            "Plan a drill",
            lambda user: reverse("drill-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(roles.may_write(user)),
        ),
    )
    empty = Empty(
        "No lever was tried yet",
        "A switch that was never pulled is a hope. Plan a drill, pull the lever on the day, and keep how long it took.",
        "Plan a drill",
        lambda user: reverse("drill-new"),
    )

    def rows(self, user: Any) -> QuerySet[Drill]:
        """Return the drills that the reader may see."""
        return queries.visible_to(user)


class DueList(ListPage):
    """Live surfaces whose kill switch was not drilled within the days that their tier demands."""

    key, url_name, title, nav = "drills-due", "drills-due", "Kill switches to drill", "changes"
    table = DueTable
    crumbs = [("Drills", "/drills/")]
    lead = "{total} live surfaces whose kill switch was not tried within the days that their tier demands."
    empty = Empty("Every kill switch was drilled in time", "When one falls due, its surface shows up here.")

    def rows(self, user: Any) -> QuerySet[Surface]:
        """Return the surfaces, each with when a drill of its kill switch last passed."""
        passed = Q(drills__kind=Drill.Kind.KILL_SWITCH, drills__outcome=Drill.Outcome.PASSED)
        last = Max("drills__run_at", filter=passed)
        return queries.overdue(user).select_related("owner").annotate(last_passed=last)
