"""Reads of modes: what runs lowered, every step, who may pull the lever of a surface."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.bench import bench
from governance.people.models import Position, Role
from registry.modes.models import ModeChange, ModeRaise
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Mode, RaciRow, Surface, SurfaceState

KEY = re.compile(r"^(?:[Mm]-)?0*(\d{1,18})$")
BY_ROLE = (Role.ADMINISTRATOR, Role.RISK_OFFICER, Role.LEADER)
"""Roles that may lower the mode of any surface."""
OWNER = frozenset({"owner", "surface owner", "the owner"})
"""How a contract names the surface's owner among those who may pull its kill switch."""


def visible_to(user: Any) -> QuerySet[ModeChange]:
    """Return the steps a person may see: those of surfaces they see."""
    found = ModeChange.objects.select_related("surface", "actor", "request")
    return found if roles.reads_all(user) else found.filter(surface__in=surfaces.visible_to(user).values("pk"))


def get(user: Any, key: str) -> ModeChange:
    """Return one step by its key (M-12). Raises NotVisible."""
    found = KEY.match(key)
    step = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if step is None:
        raise NotVisible(f"There is no step {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return step


def raises_visible_to(user: Any) -> QuerySet[ModeRaise]:
    """Return the raises a person may see: those of surfaces they see (whoever decides on one sees its surface)."""
    return ModeRaise.objects.filter(surface__in=surfaces.visible_to(user).values("pk"))


def lowered(user: Any) -> QuerySet[Surface]:
    """Return the surfaces a person sees that run in a lowered mode."""
    return surfaces.visible_to(user).exclude(mode=Mode.NORMAL).exclude(state=SurfaceState.RETIRED)


def with_step(rows: QuerySet[Surface]) -> QuerySet[Surface]:
    """Add to each surface the step that put it where it is: its number, moment, reason, and who in which capacity."""
    last = ModeChange.objects.filter(surface=OuterRef("pk")).order_by("-pk")
    columns = {"step": "pk", "step_at": "at", "step_reason": "reason", "step_standing": "standing", "step_by": "actor__name"}
    return rows.annotate(**{name: Subquery(last.values(column)[:1]) for name, column in columns.items()})


def last_step(surface: Surface) -> ModeChange | None:
    """Return the newest step of a surface."""
    return ModeChange.objects.filter(surface=surface).select_related("actor", "request").order_by("-pk").first()


def open_raise(surface: Surface) -> ModeRaise | None:
    """Return the raise of a surface that waits for approval."""
    found = ModeRaise.objects.filter(surface=surface, state=ModeRaise.State.ASKED)
    return found.select_related("surface", "requester", "request").first()


def standing(user: Any, surface: Surface) -> str:
    """Return in what capacity a person may lower a surface's mode, in words; empty where they may not.

    Its owner; leaders, risk officers and administrators; whoever its RACI makes responsible or accountable for the kill
    switch; and whom the contract in force names for it: positions, and people by e-mail address or reference (never by a
    name, which everybody may change for themselves).
    """
    if not user.is_authenticated or not roles.may_write(user):
        return ""
    if user.pk == surface.owner_id:
        return "Owner"
    if user.role in BY_ROLE:
        return str(Role(user.role).label)
    return _named(user, surface)


def _named(user: Any, surface: Surface) -> str:
    positions, people = _from_raci(surface)
    contract = surface.in_force.contract if surface.in_force else {}
    words = [str(each).casefold() for each in contract.get("kill_switch", {}).get("who", ())]
    if user.ref in people:
        return "Named in the RACI"
    if {str(each).casefold() for each in (user.ref, user.email) if each} & set(words):
        return "Named in the contract"
    held = [each for each in Position.objects.order_by("pk") if each.key in positions or _is_named(each, words)]
    seats = bench() if held else None
    for position in held:
        if seats is not None and seats.seat_of(user, position, surface.team_id) is not None:
            return position.name
    return ""


def _is_named(position: Position, words: Iterable[str]) -> bool:
    return bool({position.key.casefold(), position.name.casefold()} & set(words))


def _from_raci(surface: Surface) -> tuple[set[str], set[str]]:
    """Return the positions and the people (references) with an R or A for the kill switch."""
    line = next(each for each in surfaces.raci_of(surface) if each.decision == RaciRow.Decision.KILL_SWITCH)
    parties = [who for letter in ("R", "A") for who in line.row.get(letter, ())]
    return {who.key for who in parties if who.kind == "position"}, {who.key for who in parties if who.kind == "person"}


def reach(user: Any, key: str) -> Surface:
    """Return a surface whose lever a person may pull, or that they see: who is named for it need not see the rest.

    Raises NotVisible.
    """
    try:
        return surfaces.get(user, key)
    except NotVisible:
        found = surfaces.KEY.match(key)
        row = Surface.objects.select_related("owner", "team__lead", "in_force").filter(pk=int(found.group(1)) if found else 0)
        surface = row.first()
        if surface is None or not standing(user, surface):
            raise
        return surface
