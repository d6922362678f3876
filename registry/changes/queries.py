"""Reads of changes, and what was in force when."""

import re
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from governance.approvals import queries as approvals
from governance.core.errors import NotVisible
from governance.people import roles
from registry.changes.models import Change, InForce
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface

KEY = re.compile(r"^(?:[Cc]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Change]:
    """Return the changes a person may see: those of surfaces they see, and those they decide on."""
    changes = Change.objects.select_related("surface", "requester", "revision", "request")
    if roles.reads_all(user):
        return changes
    return changes.filter(
        Q(surface__in=surfaces.visible_to(user).values("pk")) | Q(request__in=approvals.visible_to(user).values("pk"))
    )


def get(user: Any, key: str) -> Change:
    """Return one change by its key (C-12) with what its page shows. Raises NotVisible."""
    found = KEY.match(key)
    change = (
        visible_to(user)
        .select_related("surface__owner", "surface__team__lead", "base", "rollback_to", "request__policy_version")
        .filter(pk=int(found.group(1)) if found else 0)
        .first()
    )
    if change is None:
        raise NotVisible(f"There is no change {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return change


def open_change(surface: Surface) -> Change | None:
    """Return the change of a surface that is still open, if there is one."""
    return surface.changes.filter(state__in=Change.OPEN_STATES).select_related("request", "revision").first()


def was_in_force(revision: Revision) -> bool:
    """Whether a revision ever held."""
    return InForce.objects.filter(revision=revision).exists()


def in_force_at(surface: Surface, at: datetime) -> Revision | None:
    """Return the revision that held at a moment, or None."""
    record = surface.in_force_records.filter(since__lte=at).select_related("revision").order_by("since", "pk").last()
    return record.revision if record else None


def rollback_targets(surface: Surface) -> QuerySet[Revision]:
    """Return the earlier revisions that a surface can go back to, newest first."""
    held = InForce.objects.filter(surface=surface, revision__isnull=False).values("revision")
    return surface.revisions.filter(pk__in=held).exclude(pk=surface.in_force_id or 0).order_by("-number")


def due_to_start(today: Any) -> QuerySet[Change]:
    """Return approved changes whose planned day has come."""
    return Change.objects.filter(state=Change.State.APPROVED, planned_on__lte=today).select_related("surface", "revision")
