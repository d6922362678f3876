"""Start-up of the incidents app."""

from governance.core.apps import PlumblineAppConfig


class IncidentsConfig(PlumblineAppConfig):
    """Registers what incidents contributes to the kernel's pages."""

    default = True
    name = "incidents"
