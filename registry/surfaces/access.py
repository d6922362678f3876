"""Access that shares of single surfaces give, for reviews of who may do what."""

from collections.abc import Iterable
from typing import Any

from governance.accessreviews.sources import AccessSource, Held
from governance.core.contributions import contribute
from governance.people.models import Team, User
from registry.surfaces import actions, rules
from registry.surfaces.models import Surface, SurfaceGroupObjectPermission, SurfaceState, SurfaceUserObjectPermission

LEVELS = {rules.VIEW: "May see", rules.EDIT: "May work on"}


def held(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every share of a surface with a person or with a team; an id is "u" or "g" and the grant's number."""
    wanted = None if ids is None else list(ids)
    for letter, model in (("u", SurfaceUserObjectPermission), ("g", SurfaceGroupObjectPermission)):
        found: Any = model._default_manager.exclude(content_object__state=SurfaceState.RETIRED)
        if wanted is not None:
            found = found.filter(pk__in=[int(each[1:]) for each in wanted if each[0] == letter])
        who = "user" if letter == "u" else "group"
        for each in found.select_related("content_object", "permission", who).order_by("pk"):
            yield _held(letter, each)


def _held(letter: str, grant: Any) -> Held:
    surface, level = grant.content_object, LEVELS.get(grant.permission.codename, grant.permission.codename)
    what = f"{level} {surface.key} {surface.name}"
    if letter == "g":
        return Held(f"g{grant.pk}", f"{what}: everybody in {grant.group.name.removeprefix('team:')}", None, _url(surface))
    return Held(f"u{grant.pk}", what, grant.user, _url(surface))


def _url(surface: Surface) -> str:
    return surface.get_absolute_url()


def revoke(pk: str, actor: User, reason: str) -> Surface:
    """Take a share back."""
    model: Any = SurfaceUserObjectPermission if pk[0] == "u" else SurfaceGroupObjectPermission
    grant = model._default_manager.select_related("content_object").get(pk=int(pk[1:]))
    with_ = grant.user if pk[0] == "u" else Team.objects.get(group=grant.group)
    return actions.unshare(grant.content_object, actor=actor, with_=with_)


contribute(AccessSource("shares", "Shared surfaces", "The surface is shared with them no longer.", held, revoke, order=70))
