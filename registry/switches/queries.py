"""Reads of drills: what was tried when, and which levers were not pulled for too long."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.core import clock
from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people import periods, roles
from governance.policy import queries as policy
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState
from registry.switches.models import Drill

KEY = re.compile(r"^(?:[Dd][Rr]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Drill]:
    """Return the drills of the surfaces that a person may see."""
    drills = Drill.objects.select_related("surface", "led_by")
    if roles.reads_all(user):
        return drills
    return periods.touching(drills.filter(surface__in=surfaces.visible_to(user).values("pk")), user, "created_at")


def get(user: Any, key: str) -> Drill:
    """Return one drill by its key (DR-12). Raises NotVisible."""
    found = KEY.match(key)
    rows = visible_to(user).select_related("surface__owner", "surface__team__lead")
    drill = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if drill is None:
        raise NotVisible(f"There is no drill {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return drill


def last_passed(surfaces: Iterable[Any], kind: str) -> dict[int, Drill]:
    """Return for each surface (or surface id) its last drill of a kind that passed; one query, whatever their number."""
    ids = {each if isinstance(each, int) else each.pk for each in surfaces}
    return {drill.surface_id: drill for drill in asked(passed_question(ids, kind))}


def passed_question(ids: Iterable[int], kind: str) -> QuerySet[Drill]:
    """Return what `last_passed` asks for surfaces by their ids."""
    passed = Drill.objects.filter(surface__in=sorted(ids), kind=kind, outcome=Drill.Outcome.PASSED)
    return passed.order_by("run_at", "pk")


def overdue(user: Any) -> QuerySet[Surface]:
    """Return the live surfaces that a person sees and whose kill switch was not drilled in time."""
    return late_among(surfaces.visible_to(user))


def late_among(found: QuerySet[Surface]) -> QuerySet[Surface]:
    """Return the live ones of some surfaces whose kill switch was not drilled within the days that their tier demands."""
    now, late = clock.now(), Q(pk__in=[])
    for number, tier in policy.tiers().items():
        if tier.drill_days is not None:
            since = now - timedelta(days=tier.drill_days)
            passed = Drill.objects.filter(
                surface=OuterRef("pk"), kind=Drill.Kind.KILL_SWITCH, outcome=Drill.Outcome.PASSED, run_at__gte=since
            )
            late = late | (Q(tier=number) & Q(~Exists(passed)))
    return found.filter(late, state=SurfaceState.LIVE)


def missed(user: Any) -> QuerySet[Drill]:
    """Return the planned drills whose day has passed."""
    return visible_to(user).filter(state=Drill.State.PLANNED, planned_on__lt=clock.today())


def planned(surface: Surface, kind: str) -> Drill | None:
    """Return the drill of a kind that is planned for a surface, if there is one."""
    return Drill.objects.filter(surface=surface, kind=kind, state=Drill.State.PLANNED).first()
