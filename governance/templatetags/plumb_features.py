"""Tags that read what features keep: the talk about an object, the proof of a line, what a model is called in addresses."""

from typing import Any

from django import template
from django.urls import reverse

from governance.comments import queries
from governance.proofs import offline

register = template.Library()


@register.simple_tag
def talk(subject: Any) -> Any:
    """Return what was said about an object."""
    return list(queries.about(subject))


@register.simple_tag(takes_context=True)
def proof_of(context: Any, seq: int) -> str:
    """Return where the proof of an entry is taken by the person whom this page shows a line of it; nothing without one."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return f"{reverse('entry-proof', args=[seq])}?shown={offline.token(seq, user)}"


@register.filter
def label(subject: Any) -> str:
    """Return a model's label as addresses use it, such as registry.surface."""
    return str(subject._meta.label_lower)
