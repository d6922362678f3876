"""Reads of changes, and what was in force when."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from governance.approvals import queries as approvals
from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people import periods, roles
from governance.people.bench import bench
from governance.people.models import Position, Role
from governance.people.rows import is_insider
from governance.policy import queries as policy
from registry.catalog.models import Endpoint, Tool
from registry.changes import rules
from registry.changes.models import Change, EmergencyReview, FreezeWindow, InForce
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface

KEY = re.compile(r"^(?:[Cc]-)?0*(\d{1,18})$")
FREEZE_KEY = re.compile(r"^(?:[Ff][Ww]-)?0*(\d{1,18})$")
REVIEW_KEY = re.compile(r"^(?:[Ee][Rr]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Change]:
    """Return the changes a person may see: those of surfaces they see, and those they decide on."""
    changes = Change.objects.select_related("surface", "requester", "revision", "request")
    if roles.reads_all(user):
        return changes
    seen = changes.filter(
        Q(surface__in=surfaces.visible_to(user).values("pk")) | Q(request__in=approvals.visible_to(user).values("pk"))
    )
    return periods.touching(seen, user, "created_at")


def get(user: Any, key: str) -> Change:
    """Return one change by its key (C-12) with what its page shows. Raises NotVisible."""
    found = KEY.match(key)
    change = (
        visible_to(user)
        .select_related("surface__owner", "surface__team__lead", "surface__in_force", "base", "rollback_to")
        .select_related("request__policy_version", "request__requester")
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


def to_move_on() -> QuerySet[Change]:
    """Return the open changes, those that time or events may move on, with what is needed to judge them."""
    return whole(Change.objects.filter(state__in=Change.OPEN_STATES)).order_by("pk")


def whole(changes: QuerySet[Change]) -> QuerySet[Change]:
    """Load with changes what rules, drift and holds look at."""
    return changes.select_related("surface__owner", "surface__team__lead", "revision", "request", "base", "requester")


def named_in(contract: Mapping[str, Any]) -> list[Endpoint | Tool]:
    """Return the endpoints and tools of the catalogue that a contract names."""
    return [row for question in named_questions(contract) for row in asked(question)]


def named_questions(contract: Mapping[str, Any]) -> tuple[QuerySet[Endpoint], QuerySet[Tool]]:
    """Return what `named_in` asks; with the vendors, as the checks and whatever an approval rests on ask, too."""
    routes = {row["endpoint"] for row in contract.get("routes", [])}
    tools = {row["key"] for row in contract.get("authority", {}).get("tools", [])}
    endpoints = Endpoint.objects.filter(key__in=sorted(routes)).select_related("vendor")
    return endpoints.order_by("key"), Tool.objects.filter(key__in=sorted(tools)).order_by("key")


def freezes_over(tier: int, team_id: int | None, at: datetime) -> list[FreezeWindow]:
    """Return the freezes that hold a surface of a tier and a team at a moment, the last to end first."""
    return [window for window in asked(freezes_question(at)) if rules.covers(window, tier, team_id)]


def freezes_question(at: datetime) -> QuerySet[FreezeWindow]:
    """Return what `freezes_over` asks at a moment."""
    open_now = FreezeWindow.objects.filter(starts_at__lte=at, ends_at__gt=at, ended_at__isnull=True)
    return open_now.prefetch_related("scopes").order_by("-ends_at", "-pk")


def freezes() -> QuerySet[FreezeWindow]:
    """Return all freezes; they concern everybody, so everybody inside sees them."""
    return FreezeWindow.objects.select_related("made_by").prefetch_related("scopes__team")


def get_freeze(user: Any, key: str) -> FreezeWindow:
    """Return a freeze by its key (FW-3). Raises NotVisible."""
    found = FREEZE_KEY.match(key)
    window = freezes_for(user).filter(pk=int(found.group(1)) if found else 0).first()
    if window is None:
        raise NotVisible(f"There is no freeze {key[:40]} that you can see.", fix="Choose one from the list.")
    return window


def freezes_for(user: Any) -> QuerySet[FreezeWindow]:
    """Return the freezes a person may see: those inside the company see all, guests none."""
    return freezes() if is_insider(user) else freezes().none()


def held_by(user: Any, window: FreezeWindow) -> list[Change]:
    """Return the approved changes, of those a person may see, that wait for the end of a freeze."""
    approved = visible_to(user).filter(state=Change.State.APPROVED, is_rollback=False, is_emergency=False).order_by("pk")
    return [change for change in approved if rules.covers(window, change.revision.tier, change.surface.team_id)]


def reviews_for(user: Any) -> QuerySet[EmergencyReview]:
    """Return the reviews of the emergencies that a person may see."""
    found = EmergencyReview.objects.select_related(
        "change__surface__owner", "change__surface__team__lead", "change__revision", "change__requester", "reviewer"
    )
    return found if roles.reads_all(user) else found.filter(change__in=visible_to(user).values("pk"))


def get_review(user: Any, key: str) -> EmergencyReview:
    """Return a review by its key (ER-4). Raises NotVisible."""
    found = REVIEW_KEY.match(key)
    review = reviews_for(user).filter(pk=int(found.group(1)) if found else 0).first()
    if review is None:
        raise NotVisible(f"There is no review {key[:40]} that you can see.", fix="Choose one from the list.")
    return review


def let_in(change: Change) -> set[int]:
    """Return the ids of the people who approved a change."""
    if change.request is None:
        return set()
    steps = change.request.steps.filter(filled_by__isnull=False)
    return set(steps.values_list("filled_by", flat=True))


def may_judge(user: Any, change: Change) -> bool:
    """Whether a person answers for a change's surface, governs, leads, or sits where it would usually be approved."""
    surface = change.surface
    lead = surface.team.lead_id if surface.team is not None else None
    if roles.governs(user) or user.role == Role.LEADER or user.pk in {surface.owner_id, lead}:
        return True
    kinds = [kind for kind in change.kinds if kind != "emergency"]
    route = policy.route_for("change", tier=change.revision.tier, change_kinds=kinds)
    positions = {position.key: position for position in Position.objects.filter(key__in=[key for key, _ in route.steps])}
    seats = bench()
    for position in positions.values():
        team = surface.team_id if position.per_team else None
        if any(seat.person.pk == user.pk for seat in seats.deciders(position.pk, team)):
            return True
    return False
