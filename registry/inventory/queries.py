"""Reads of inventories."""

import re
from typing import Any

from django.db.models import QuerySet

from governance.core.errors import NotVisible
from registry.inventory.models import Inventory

KEY = re.compile(r"^(?:IV-)?0*(\d{1,18})$", re.I)


def visible_to(user: Any) -> QuerySet[Inventory]:
    """Return the inventories a person may see."""
    return Inventory.objects.visible_to(user).select_related("vendor", "by")


def get(user: Any, key: str) -> Inventory:
    """Return one inventory by its key (IV-3). Raises NotVisible."""
    found = KEY.match(key)
    row = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no inventory {key[:40]} that you can see.", fix="Check the key, or look at the list.")
    return row
