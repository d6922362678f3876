"""Reads of exceptions: who sees which, and which hold on which surface at a moment."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from governance.approvals import queries as approvals
from governance.core import clock
from governance.core.errors import NotVisible
from governance.people import roles
from registry.exceptions.models import ControlException, ExceptionSurface
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Xx]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[ControlException]:
    """Return the exceptions a person may see: those on surfaces they see, their own, and those they decide on."""
    found = ControlException.objects.select_related("owner", "requester", "request", "extends")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    covering = ExceptionSurface.objects.filter(surface__in=surfaces.visible_to(user).values("pk")).values("exception")
    seen = Q(pk__in=covering)
    if roles.may_write(user):
        seen |= Q(owner=user) | Q(requester=user) | Q(request__in=approvals.visible_to(user).values("pk"))
    return found.filter(seen)


def get(user: Any, key: str) -> ControlException:
    """Return one exception by its key (X-12) with what its page shows. Raises NotVisible."""
    found = KEY.match(key)
    exception = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if exception is None:
        raise NotVisible(f"There is no exception {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return exception


def holding(at: datetime | None = None) -> QuerySet[ControlException]:
    """Return the exceptions that count at a moment (now), whether or not the job that ends them has run."""
    at = at or clock.now()
    return ControlException.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), active_at__lte=at, ends_at__gte=at)


def active_for(surfaces: Iterable[Surface | int], at: datetime | None = None) -> dict[int, dict[str, ControlException]]:
    """Return what is excepted at a moment (now): surface id -> control key -> the exception, the longest where several.

    One statement for any number of surfaces. Surfaces without exceptions are left out.
    """
    at = at or clock.now()
    wanted = {each if isinstance(each, int) else each.pk for each in surfaces}
    held = ExceptionSurface.objects.filter(exception__in=holding(at)).select_related("exception")
    found: dict[int, dict[str, ControlException]] = {}
    # Few exceptions hold at a time, and surfaces may be 5,000: the database narrows by the few, we by the many.
    for cover in held.order_by("exception__ends_at", "exception__pk"):
        if cover.surface_id in wanted:
            found.setdefault(cover.surface_id, {}).update(dict.fromkeys(cover.exception.controls, cover.exception))
    return found
