"""Start-up of the registry app."""

from governance.core.apps import PlumblineAppConfig


class RegistryConfig(PlumblineAppConfig):
    """Registers what registry contributes to the kernel's pages."""

    default = True
    name = "registry"
