"""What cadence contributes beside agendas, dates and ticks: the calendar in navigation, palette and API."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, DemoPart, NavItem, PaletteCommand, contribute
from governance.people.rows import is_insider
from registry.cadence import dates, demo, evalagenda, operationsagenda, panels, ticking, vendoragenda  # noqa: F401

contribute(
    NavItem("calendar", "Calendar", "calendar", "calendar", group="What changes", order=62, visible=is_insider, family="reviews")
)
contribute(
    PaletteCommand(
        "calendar", "Calendar", lambda user: reverse("calendar"),
        words="month due deadlines ics feed reviews drills expiry freezes", icon="calendar", visible=is_insider,
    )
)  # fmt: skip
contribute(ApiRoute("calendar", "calendar", load=lambda: import_string("registry.cadence.api.CalendarApi")))
contribute(DemoPart("cadence", demo.tell, order=200))
