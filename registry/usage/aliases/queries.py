"""Reads of aliases: those of surfaces that one sees, and of the catalogue."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from governance.core.errors import NotVisible
from governance.people.rows import is_insider
from registry.surfaces import queries as surfaces
from registry.usage.models import UsageAlias

KEY = re.compile(r"^(?:UA-)?0*(\d{1,18})$", re.I)


def visible_to(user: Any) -> QuerySet[UsageAlias]:
    """Return the aliases a person may see."""
    rows = UsageAlias.objects.select_related("surface", "endpoint")
    if not is_insider(user):
        return rows.none()
    return rows.filter(Q(endpoint__isnull=False) | Q(surface__in=surfaces.visible_to(user).values("pk")))


def get(user: Any, key: str) -> UsageAlias:
    """Return one alias by its key (UA-3). Raises NotVisible."""
    found = KEY.match(key)
    row = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no alias {key[:40]} that you can see.", fix="Check the key, or look at the list.")
    return row
