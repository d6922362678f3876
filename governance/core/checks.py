"""House rules that can be checked at start, as Django system checks."""

from typing import Any

from django.apps import apps
from django.core.checks import Error, register

OWN_APPS = ("governance", "registry", "incidents")


@register()
def models_say_what_a_row_means(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every model of ours has a docstring of its own (history models excepted)."""
    found = []
    for label in OWN_APPS:
        for model in apps.get_app_config(label).get_models():
            generated = (model.__doc__ or "").startswith(f"{model.__name__}(")
            if generated and not model.__name__.startswith("Historical"):
                found.append(Error(f"{model.__name__} has no docstring that says what one row means", id="plumbline.E001"))
    return found
