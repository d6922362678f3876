"""Reads of the charter."""

from typing import Any

from django.db.models import QuerySet

from governance.charter import rules
from governance.charter.models import Charter
from governance.core.errors import NotVisible


def visible_to(user: Any) -> QuerySet[Charter]:
    """Return the versions a person may see."""
    return Charter.objects.visible_to(user).select_related("owner", "author")


def get(user: Any, key: str) -> Charter:
    """Return one version by its key (CH-3). Raises NotVisible."""
    number = number_of(key)
    found = visible_to(user).filter(number=number).first() if number else None
    if found is None:
        raise NotVisible(f"There is no charter {key[:40]} that you can see.", fix="Look at the list of versions.")
    return found


def number_of(key: str) -> int | None:
    """Return the version's number in a key such as CH-3."""
    digits = key.upper().removeprefix("CH-")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else None


def in_force() -> Charter | None:
    """Return the version that holds now."""
    return Charter.objects.filter(state=Charter.State.IN_FORCE).select_related("owner", "author").first()


def open_version() -> Charter | None:
    """Return the version that is being written or signed."""
    return Charter.objects.filter(state__in=rules.OPEN).select_related("owner", "author").first()


def before(charter: Charter) -> Charter | None:
    """Return the version that held when this one came into force, or that holds now."""
    held = Charter.objects.filter(in_force_since__isnull=False).exclude(pk=charter.pk).order_by("-in_force_since")
    if charter.in_force_since is not None:
        held = held.filter(in_force_since__lt=charter.in_force_since)
    return held.first()
