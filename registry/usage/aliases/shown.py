"""What aliases contribute: palette, where their page is, REST."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, ObjectLink, PaletteCommand, contribute

contribute(
    PaletteCommand(
        "usage.aliases", "Aliases of surfaces and models", lambda user: reverse("usage-aliases"), words="names service"
    )
)
contribute(ObjectLink("registry.usagealias", lambda pk: reverse("usage-aliases")))
contribute(
    ApiRoute("usage-aliases", "usage-aliases", load=lambda: import_string("registry.usage.aliases.api.AliasApi"), order=41)
)
