"""Who may make a source, change it, and hand out its tokens: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.usage.models import UsageSource

Kind = UsageSource.Kind


def may_add(user: Any) -> Verdict:
    """Say whether somebody may make a source at all; what it may reach is asked of the choice."""
    return ALLOW if roles.may_write(user) else deny("Auditors read everything and send nothing.")


def may_reach(user: Any, kind: str, *, team: int | None, edits_surface: Verdict | None) -> Verdict:
    """Say whether somebody may make a source with this reach: for a surface, who edits it; for a team, its members.

    A gateway sends for every surface that its spans name: those who govern make it. `edits_surface` is the verdict on the
    surface, `team` the id of the team.
    """
    verdict = may_add(user)
    if not verdict:
        return verdict
    if roles.governs(user):
        return ALLOW
    if kind == Kind.SURFACE:
        return edits_surface if edits_surface is not None else deny("Name the surface.")
    if kind == Kind.TEAM:
        return ALLOW if team is not None and user.team_id == team else deny("Only its members make a source of a team.")
    return deny("A gateway sends for every surface; risk officers and administrators make it.", grantors=("A risk officer",))


def may_keep(user: Any, source: UsageSource) -> Verdict:
    """Say whether somebody may change a source, hand out its token, retire it: its owner, and those who govern."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or source.owner_id == user.pk:
        return ALLOW
    return deny("Only its owner or a risk officer may do this.", grantors=(str(source.owner),))
