"""Reads of surfaces; `visible_to` is the only door."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from governance.approvals import queries as approvals
from governance.approvals.models import Decision
from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.reading import is_dense, once
from governance.core.verdict import Verdict
from governance.people import roles
from governance.policy import queries as policy
from governance.policy.models import Tier
from registry.contracts.lookalikes import Candidate
from registry.surfaces import raci, rules
from registry.surfaces.models import (
    Draft,
    OwnerTransfer,
    Surface,
    SurfaceGroupObjectPermission,
    SurfaceState,
    SurfaceUserObjectPermission,
)

KEY = re.compile(r"^[Ss]-?0*(\d{1,18})$")
FEW = 300
"""So many ids are sent along with a question; more are worked out by the database each time."""


def visible_to(user: Any) -> QuerySet[Surface]:
    """Return the surfaces a person may see.

    All of them for readers of all; else those they own, their team's, those shared with them or their teams, those they
    are asked to take over, and those whose change waits for them or was decided by them.
    """
    if roles.reads_all(user):
        return Surface.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Surface.objects.none()
    few = once(("surfaces seen by", user.pk), lambda: _few(user)) if is_dense() else None
    return _seen(user) if few is None else Surface.objects.filter(pk__in=few)


def _few(user: Any) -> list[int] | None:
    """Return what a person sees by id where that is few: a page with twenty figures then does not work it out for each."""
    found = list(_seen(user).order_by().values_list("pk", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else None


def _seen(user: Any) -> QuerySet[Surface]:
    # Uncorrelated, so that each is worked out once and not for every surface (at 5,000 surfaces 13 ms instead of 350).
    shared = SurfaceUserObjectPermission.objects.filter(user=user).values("content_object")
    with_team = SurfaceGroupObjectPermission.objects.filter(group__user=user).values("content_object")
    seen = Q(pk__in=shared) | Q(pk__in=with_team)
    if roles.may_write(user):
        offered = OwnerTransfer.objects.filter(receiver=user, state=OwnerTransfer.State.OPEN).values("surface")
        seen |= Q(owner=user) | Q(pk__in=offered) | asked_of(user)
        if user.team_id:
            seen |= Q(team_id=user.team_id)
    return Surface.objects.filter(seen)


def visible_among(user: Any, held: Mapping[int, tuple[int | None, int | None]]) -> set[int]:
    """Return which of some surfaces, given by id with owner and team, a person may see.

    The rule of `visible_to` for rows at hand: the database is asked only about those that role, owner and team leave open,
    and first for what is mostly the case, a direct grant.
    """
    if roles.reads_all(user):
        return set(held)
    if not user.is_authenticated or not user.is_active:
        return set()
    found: set[int] = set()
    if roles.may_write(user):
        own = {pk for pk, (owner, _) in held.items() if owner == user.pk}
        found = own | {pk for pk, (_, team) in held.items() if team is not None and team == user.team_id}
    if rest := held.keys() - found:
        grants = SurfaceUserObjectPermission.objects.filter(user=user, content_object__in=rest)
        found |= set(grants.values_list("content_object_id", flat=True))
    if rest := held.keys() - found:
        found |= set(visible_to(user).filter(pk__in=rest).values_list("pk", flat=True))
    return found


def asked_of(user: Any) -> Q:
    """Match surfaces on whose changes and raises of the mode this person decides or decided, by position or record."""
    about = Q(request__change__isnull=False) | Q(request__mode_raise__isnull=False)
    surface = Coalesce("request__change__surface", "request__mode_raise__surface")
    asking = approvals.steps_asking(user).filter(about).values_list(surface)
    decided = Decision.objects.filter(about, person=user).values_list(surface)
    return Q(pk__in=asking) | Q(pk__in=decided)


def get(user: Any, key: str) -> Surface:
    """Return a surface by its key (S-0418) or number, with what its page shows. Raises NotVisible."""
    found = KEY.match(key) or re.match(r"^(\d{1,18})$", key)
    surface = (
        visible_to(user)
        .select_related("owner", "team__lead", "vendor", "in_force")
        .filter(pk=int(found.group(1)) if found else 0)
        .first()
    )
    if surface is None:
        raise NotVisible(f"There is no surface {key[:40]} that you can see.", fix="Check the key, or ask its owner to share it.")
    return surface


def grants_of(user: Any, surface: Surface) -> set[str]:
    """Return the object permissions that a person has on one surface, by themselves or by a team."""
    own = Q(surfaceuserobjectpermission__user=user, surfaceuserobjectpermission__content_object=surface)
    team = Q(surfacegroupobjectpermission__group__user=user, surfacegroupobjectpermission__content_object=surface)
    return set(Permission.objects.filter(own | team).values_list("codename", flat=True))


def permission(codename: str) -> Permission:
    """Return the permission row that a grant on a surface carries."""
    return Permission.objects.get(content_type__app_label="registry", content_type__model="surface", codename=codename)


def rows(user: Any) -> QuerySet[Surface]:
    """Return the surfaces a person may see with what a list shows, without the contracts."""
    return (
        visible_to(user)
        .select_related("owner", "team", "vendor", "in_force")
        .defer("in_force__contract", "attributes", "answers", "tier_reasons")
    )


def is_tier_excepted(surface: Surface) -> bool:
    """Whether an exception that holds now lets its tier lie below what its contract implies (R4).

    Exceptions lie above surfaces; of them only the name of the relation is known here.
    """
    now = clock.now()
    held = surface.exceptions.filter(state="active", active_at__lte=now, ends_at__gte=now)
    return any("tier" in exception.controls for exception in held)


def raci_of(surface: Surface, tier: Tier | None = None) -> list[raci.Line]:
    """Return who decides what: the surface's own rows, else the defaults of its tier (read unless handed in)."""
    overrides = [
        (row.decision, row.letter, raci.Party("person", row.person.ref))
        if row.person
        else (row.decision, row.letter, raci.Party("position", row.position.key if row.position else ""))
        for row in surface.raci.select_related("person", "position")
    ]
    demanded = (tier or policy.tier(surface.tier or 0)).raci
    defaults = {decision: {**row, "A": [row["A"]]} for decision, row in demanded.items()}
    return raci.matrix(defaults, overrides)


def contract_draft(surface: Surface) -> Draft | None:
    """Return the draft of a surface's contract, if somebody writes one."""
    return surface.drafts.filter(kind=Draft.Kind.CONTRACT).select_related("author", "base").first()


def registrations(user: Any) -> QuerySet[Draft]:
    """Return the registrations that a person began and did not finish, latest first."""
    return Draft.objects.filter(kind=Draft.Kind.REGISTRATION, author=user).order_by("-updated_at")


def registration(user: Any, number: str) -> Draft:
    """Return one of a person's own registrations by its number. Raises NotVisible."""
    known = number.isdecimal() and len(number) < 19
    draft = registrations(user).filter(pk=int(number)).first() if known else None
    if draft is None:
        raise NotVisible("This registration is finished or was discarded.", fix="Begin a new one.")
    return draft


def transfers(user: Any) -> QuerySet[OwnerTransfer]:
    """Return the hand-overs a person may see: those of surfaces they see, and those they are asked to accept."""
    found = OwnerTransfer.objects.select_related("surface", "giver", "receiver", "asked_by")
    return found.filter(Q(receiver=user) | Q(surface__in=visible_to(user).values("pk")))


def transfers_to(user: Any) -> QuerySet[OwnerTransfer]:
    """Return the hand-overs that wait for this person."""
    return transfers(user).filter(receiver=user, state=OwnerTransfer.State.OPEN)


def candidates(user: Any) -> list[Candidate]:
    """Return the surfaces that a new one is compared with: those the person may see and that still exist."""
    found = visible_to(user).exclude(state=SurfaceState.RETIRED).order_by()
    return [Candidate(*row) for row in found.values_list("pk", "name", "purpose")]


def shares_of(surface: Surface) -> list[tuple[Any, str]]:
    """Return with whom a surface is shared, person or team, and whether to see or to work on it."""
    people = surface.user_grants.select_related("user", "permission").order_by("user__name")
    teams = surface.group_grants.select_related("group__team", "permission").order_by("group__name")
    found = [(grant.user, grant.permission.codename) for grant in people]
    return found + [(grant.group.team, grant.permission.codename) for grant in teams]


def unowned(user: Any) -> QuerySet[Surface]:
    """Return the surfaces that nobody answers for now, retired ones apart."""
    nobody = Q(owner__isnull=True) | Q(owner__is_active=False)
    return visible_to(user).filter(nobody).exclude(state=SurfaceState.RETIRED)


def may_edit(user: Any, surface: Surface) -> Verdict:
    """Say whether a person may edit a surface; their grants are looked up only where they decide it."""
    return rules.may_edit(user, surface) or rules.may_edit(user, surface, grants_of(user, surface))


def open_transfer(surface: Surface) -> OwnerTransfer | None:
    """Return the hand-over of a surface that waits for an answer."""
    found = surface.transfers.filter(state=OwnerTransfer.State.OPEN).select_related("receiver", "asked_by", "surface")
    return once(("open transfer", surface.pk), found.first)
