"""Sharing a surface with a person or a team, for reading or for working on it."""

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import Team, User
from registry.surfaces import queries, rules
from registry.surfaces.actions.common import locked, require_open
from registry.surfaces.models import Surface, SurfaceGroupObjectPermission, SurfaceUserObjectPermission

LEVELS = {rules.VIEW: "to see it", rules.EDIT: "to work on it"}


@action
def share(surface: Surface, *, actor: User, with_: User | Team, permission: str = rules.VIEW) -> Surface:
    """Let a person or a team see a surface, or work on it; another level replaces the earlier one. Raises Denied, Invalid."""
    surface = locked(surface)
    require_open(surface)
    require(rules.may_own_decisions(actor, surface))
    if permission not in LEVELS:
        raise Invalid("One can share a surface to be seen or to be worked on.", fields={"permission": ["Choose one of the two."]})
    if isinstance(with_, User) and (not with_.is_active or with_.pk == surface.owner_id):
        raise Invalid(
            f"{with_} {'owns it already' if with_.is_active else 'has left'}.", fields={"with": ["Choose somebody else."]}
        )
    if isinstance(with_, User) and with_.reads_from is not None:
        fix = "Decide on another access for them."
        raise Invalid(f"What {with_} sees was decided as one scope.", fix=fix, fields={"with": ["Choose somebody else."]})
    grants = _grants(surface, with_)
    grants.exclude(permission__codename=permission).delete()
    if not grants.filter(permission__codename=permission).exists():
        codename = queries.permission(permission)
        grants.model.objects.create(content_object=surface, permission=codename, **_holder(with_))
    journal.record("surface.shared", actor=actor, subject=surface, payload=_told(with_, permission))
    return surface


@action
def unshare(surface: Surface, *, actor: User, with_: User | Team) -> Surface:
    """Take back what was shared with a person or a team. Raises Denied, or Invalid when nothing was."""
    surface = locked(surface)
    require(rules.may_own_decisions(actor, surface))
    grants = _grants(surface, with_)
    levels = sorted(grants.values_list("permission__codename", flat=True))
    if not levels:
        raise Invalid(f"It is not shared with {with_}.", fields={"with": ["Choose somebody it is shared with."]})
    grants.delete()
    journal.record("surface.unshared", actor=actor, subject=surface, payload=_told(with_, levels[0]))
    return surface


def _holder(with_: User | Team) -> dict[str, object]:
    if isinstance(with_, User):
        return {"user": with_}
    if with_.group is None:
        raise Invalid(f"{with_} has no group to share with.", fix="Save the team once, then share again.")
    return {"group": with_.group}


def _grants(surface: Surface, with_: User | Team):  # type: ignore[no-untyped-def]
    model = SurfaceUserObjectPermission if isinstance(with_, User) else SurfaceGroupObjectPermission
    return model.objects.filter(content_object=surface, **_holder(with_))


def _told(with_: User | Team, permission: str) -> dict[str, str]:
    whom = "one person" if isinstance(with_, User) else f"team {with_.name}"  # names of people are not for the ledger
    return {"with": with_.key, "whom": whom, "permission": LEVELS[permission]}
