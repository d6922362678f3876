"""What levers contribute: the panel beside an incident's timeline, and REST."""

from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, contribute
from incidents.cases.panels import IncidentPanel
from incidents.levers import reading

contribute(IncidentPanel("levers", "aside", reading.panel, order=10))
contribute(
    ApiRoute(
        "incident-levers",
        r"incidents/(?P<key>[^/]+)/levers",
        load=lambda: import_string("incidents.levers.api.LeverApi"),
        order=5,
    )
)
