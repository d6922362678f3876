"""What the other ways in contribute: REST and the palette."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, PaletteCommand, contribute
from governance.people import roles

contribute(
    ApiRoute("observations", "observations", load=lambda: import_string("registry.usage.ways.api.ObservationApi"), order=38)
)
contribute(
    PaletteCommand(
        "observations.hand_in",
        "Hand in observations",
        lambda user: reverse("usage-hand-in"),
        words="csv upload table usage calls",
        icon="plus",
        visible=roles.may_write,
    )
)
