"""Reads of sheets: what they are about, and whose documents somebody sees."""

import re
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from registry.changes import queries as changes
from registry.changes.models import Change
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

NUMBER = re.compile(r"^(?:[A-Za-z]-)?0*(\d{1,18})$")


def number(key: str) -> int:
    """Return the id in a key such as S-0418 or C-12, or in a plain number. Raises ValueError."""
    found = NUMBER.match(key)
    if found is None:
        raise ValueError(f"{key[:40]!r} is not a key")
    return int(found.group(1))


def surface(key: str) -> Surface:
    """Return a surface with what its sheets need."""
    return Surface.objects.select_related("owner", "team", "in_force__base").get(pk=number(key))


def change(key: str) -> Change:
    """Return a change with what its record needs."""
    return Change.objects.select_related("surface", "revision", "base", "rollback_to", "requester").get(pk=number(key))


def sees_surface(user: Any, subject: Surface) -> bool:
    """Whether somebody may see a surface."""
    return surfaces.visible_to(user).filter(pk=subject.pk).exists()


def sees_change(user: Any, subject: Change) -> bool:
    """Whether somebody may see a change."""
    return changes.visible_to(user).filter(pk=subject.pk).exists()


def surfaces_seen(user: Any) -> QuerySet[Any, Any]:
    """Return the ids of the surfaces that somebody sees, as text."""
    return _as_text(surfaces.visible_to(user))


def changes_seen(user: Any) -> QuerySet[Any, Any]:
    """Return the ids of the changes that somebody sees, as text."""
    return _as_text(changes.visible_to(user))


def _as_text(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().annotate(id_text=Cast("pk", CharField())).values("id_text")
