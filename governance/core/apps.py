"""Start-up shared by the three apps: event kinds first, then contributions."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class PlumblineAppConfig(AppConfig):
    """Imports the app's `contributions` module once models are loaded."""

    default = False
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the app register its event kinds and what it shows."""
        if find_spec(f"{self.name}.contributions"):
            import_module(f"{self.name}.contributions")
