"""Reads of clocks; `visible_to` is the only door."""

import re
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from governance.core import clock as time
from governance.core.errors import NotVisible
from governance.people import roles
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.clocks.models import Clock

KEY = re.compile(r"^(?:[Cc][Ll][Kk]-)?0*(\d{1,18})$")
BATCH = 200
"""How many clocks one round of time looks at; the next round takes the rest."""


def visible_to(user: Any) -> QuerySet[Clock]:
    """Return the clocks of the incidents that a person sees."""
    if roles.reads_all(user):
        return Clock.objects.all()
    return Clock.objects.filter(incident__in=cases.visible_to(user).values("pk"))


def get(user: Any, key: str) -> Clock:
    """Return one clock by its key (CLK-3). Raises NotVisible."""
    found = KEY.match(key)
    rows = visible_to(user).select_related("incident__surface", "incident__owner", "flagged_by")
    clock = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if clock is None:
        raise NotVisible(f"There is no clock {key[:40]} that you can see.", fix="Choose one from the list of clocks.")
    return clock


def of_incident(incident: Incident) -> dict[str, Clock]:
    """Return the clocks of an incident by kind, with who flagged them."""
    return {clock.kind: clock for clock in Clock.objects.filter(incident=incident).select_related("flagged_by")}


def running(user: Any) -> QuerySet[Clock]:
    """Return the clocks that run, as far as a person sees them: the worst first, which is the one due soonest."""
    return visible_to(user).filter(stopped_at__isnull=True).order_by("due_at", "pk")


def overdue(user: Any) -> QuerySet[Clock]:
    """Return the clocks whose time ran out and that still run."""
    return running(user).filter(due_at__lte=time.now(), paused_at__isnull=True)


def pressing(user: Any) -> QuerySet[Clock]:
    """Return the clocks that are due soon: past their warning, not past their time."""
    now = time.now()
    return running(user).filter(warn_at__lte=now, due_at__gt=now, paused_at__isnull=True)


def mine(user: Any) -> QuerySet[Clock]:
    """Return the running clocks of incidents that a person answers for or has a part in."""
    part = Q(incident__owner=user) | Q(incident__commander=user) | Q(incident__communications=user)
    return running(user).filter(part)


def ran_out(now: datetime) -> QuerySet[Clock]:
    """Return clocks whose time ran out and of which nobody was told."""
    return _ticking().filter(due_at__lte=now)[:BATCH]


def due_soon(now: datetime) -> QuerySet[Clock]:
    """Return clocks that are due soon and of which nobody was warned."""
    return _ticking().filter(warned_at__isnull=True, warn_at__lte=now, due_at__gt=now)[:BATCH]


def _ticking() -> QuerySet[Clock]:
    rows = Clock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, breached_at__isnull=True)
    return rows.order_by("due_at")


def is_out(clock: Clock, now: datetime) -> bool:
    """Whether the time of a clock ran out and nobody was told."""
    return clock.stopped_at is None and clock.paused_at is None and clock.breached_at is None and clock.due_at <= now


def is_soon(clock: Clock, now: datetime) -> bool:
    """Whether a clock is due soon and nobody was warned."""
    if clock.stopped_at is not None or clock.paused_at is not None or clock.breached_at is not None:
        return False
    return clock.warned_at is None and clock.warn_at <= now < clock.due_at
