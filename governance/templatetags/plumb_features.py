"""Tags that read what features keep: the talk about an object, and what a model is called in addresses."""

from typing import Any

from django import template

from governance.comments import queries

register = template.Library()


@register.simple_tag
def talk(subject: Any) -> Any:
    """Return what was said about an object."""
    return list(queries.about(subject))


@register.filter
def label(subject: Any) -> str:
    """Return a model's label as addresses use it, such as registry.surface."""
    return str(subject._meta.label_lower)
