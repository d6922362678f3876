"""What figures contribute: a line of the navigation, the palette, REST."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, NavItem, PaletteCommand, contribute

contribute(
    NavItem(
        "incident-figures", "Incident figures", "incident-figures", "table", group="What happened", order=50, family="incidents"
    )
)
contribute(
    PaletteCommand(
        "incident-figures", "Figures of incidents", lambda user: reverse("incident-figures"),
        words="time to restore acknowledge mttr dora near miss rate repeat", icon="table",
    )
)  # fmt: skip
contribute(ApiRoute("incident-figures", "incident-figures", load=lambda: import_string("incidents.figures.api.FiguresApi")))
