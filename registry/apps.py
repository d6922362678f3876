"""Start-up of the registry app."""

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate

from governance.core.apps import PlumblineAppConfig


class RegistryConfig(PlumblineAppConfig):
    """Registers what registry contributes to the kernel's pages, and keeps the fallback of on call in place."""

    default = True
    name = "registry"

    def ready(self) -> None:
        """Load contributions; after every migration a company that has no on-call fallback yet is given one."""
        super().ready()
        post_migrate.connect(_keep_fallback, sender=self, dispatch_uid="plumbline.on_call_fallback")


def _keep_fallback(using: str = "default", **kwargs: Any) -> None:
    from registry.oncall.actions import install_for_founded
    from registry.oncall.models import Route

    if using == "default" and Route._meta.db_table in connections[using].introspection.table_names():
        install_for_founded()
