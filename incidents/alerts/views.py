"""The list of alerts. One alert is shown on the page of its incident."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from governance.ui.pages import Empty, ListPage, View
from governance.ui.pages.base import Page, go
from incidents.alerts import queries
from incidents.alerts.models import Alert
from incidents.alerts.tables import AlertFilters, AlertTable


class AlertList(ListPage):
    """All alerts of the incidents that a person may see."""

    key, url_name, title, nav = "alerts", "alerts", "Alerts", "incidents"
    table, filterset = AlertTable, AlertFilters
    lead = "Who was called for what, and how soon they answered: {total} in all."
    crumbs = [("Incidents", "/incidents/")]
    search_hint = "Find by incident or path"
    views = (View("All"), View("Calling", "state=firing"), View("Nobody answered", "state=exhausted"))
    empty = Empty("Nobody was called yet", "When somebody reports an incident, whoever is on call is called at once.")

    def rows(self, user: Any) -> QuerySet[Alert]:
        """Return the alerts that the reader may see."""
        return queries.visible_to(user)


class AlertDoor(Page):
    """The address of one alert: leads to the page of its incident."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go there."""
        return go(request, queries.get(self.user, self.kwargs["key"]).get_absolute_url())
