"""How records are narrowed to a cut, and the addresses of the lists that show the same records."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.contributions import Cut, Window


def narrowed(rows: QuerySet[Any], cut: Cut, *, surface: str = "surface", tier: str = "surface__tier") -> QuerySet[Any]:
    """Keep the rows of a cut; `surface` and `tier` are paths to them."""
    wanted = {surface: cut.surface, f"{surface}__team": cut.team, tier: cut.tier}
    return rows.filter(**{path: value for path, value in wanted.items() if value is not None})


def span(windows: Sequence[Window]) -> tuple[datetime, datetime]:
    """Return the first and the last moment of some windows."""
    return min(each.since for each in windows), max(each.until for each in windows)


def listed(url_name: str, cut: Cut, **given: Any) -> str:
    """Return the address of a list, narrowed to a cut and by what is given."""
    parts = {"surface": cut.surface, "team": cut.team, "tier": cut.tier}
    asked = [(name, value) for name, value in (*parts.items(), *given.items()) if value is not None]
    words = [(name, value.isoformat() if isinstance(value, datetime) else value) for name, value in asked]
    return f"{reverse(url_name)}?{urlencode(words, doseq=True)}"
