"""Links are handed out and revoked; what one names stays, because it hangs on walls."""

from datetime import datetime

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Team, User
from incidents.filing import doors, queries, rules
from incidents.filing.models import ReportLink
from registry.surfaces.models import Surface


@action
def make_link(
    *,
    actor: User,
    name: str,
    expires_at: datetime,
    surface: Surface | None = None,
    team: Team | None = None,
    reason: str = "",
) -> ReportLink:
    """Hand out a link until a moment, for a surface, a team, or the whole company.

    Raises Denied where policy allows no links or the person may not, Invalid for a moment that makes no sense.
    """
    require(queries.may_make_link(actor, surface, team))
    if wrong := rules.faults_of_link(name, expires_at, clock.now()):
        raise Invalid("This link cannot be made yet.", fields=wrong)
    made = ReportLink(name=name.strip(), surface=surface, team=team, owner=actor, expires_at=expires_at, nonce=doors.new_nonce())
    told = {
        "name": made.name,
        "surface": surface.key if surface else "",
        "team": team.key if team else "",
        "expires_at": expires_at,
    }
    return transitions.create(made, actor=actor, kind="report_link.made", payload=told, touches=(surface, team), reason=reason)


@action
def revoke_link(link: ReportLink, *, actor: User, reason: str, expected_version: int | None = None) -> ReportLink:
    """Close a link for good. Raises Denied, Invalid without a reason, StaleState when it moved meanwhile."""
    require(rules.may_revoke(actor, link))
    if not reason.strip():
        raise Invalid("Say why it is revoked.", fields={"reason": ["This is needed."]})
    return transitions.change(
        link,
        actor=actor,
        kind="report_link.revoked",
        changes={"state": ReportLink.State.REVOKED, "ended_because": reason.strip()},
        expected_version=expected_version,
        expected={"state": ReportLink.State.ACTIVE},
        payload={"name": link.name},
        touches=(link.surface, link.team),
        reason=reason.strip(),
    )
