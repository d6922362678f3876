"""Leading a session: plan it, invite teams, start and close the hour."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import Team, User
from registry.mapping import queries, rules
from registry.mapping.models import HOUR, MappingSession, MappingTeam


@action
def plan(
    *,
    actor: User,
    name: str,
    teams: Iterable[Team],
    facilitator: User | None = None,
    planned_at: datetime | None = None,
    minutes: int = HOUR,
) -> MappingSession:
    """Plan a session and invite its teams. Raises Denied by role, Invalid for a facilitator who cannot lead or no team."""
    require(rules.may_plan(actor))
    leader, asked = facilitator or actor, list(dict.fromkeys(teams))
    _check(leader, asked)
    session = MappingSession(name=name.strip(), facilitator=leader, planned_at=planned_at, minutes=minutes)
    told = {**_told(session), "teams": sorted(team.key for team in asked)}
    transitions.create(session, actor=actor, kind="mapping.planned", payload=told)
    for team in asked:
        _invite(session, team, actor)
    return session


@action
def change(session: MappingSession, *, actor: User, expected_version: int | None = None, **given: Any) -> MappingSession:
    """Change name, facilitator, time or length of a session that is not closed. Raises Denied, StaleState, Invalid."""
    session = locked(session, expected_version)
    require(rules.may_lead(actor, session))
    if stray := sorted(set(given) - {"name", "facilitator", "planned_at", "minutes"}):
        raise Invalid("A session has no such field.", fields={name: ["Unknown."] for name in stray})
    if (leader := given.get("facilitator")) is not None:
        _check(leader, None)
    after = {name: value for name, value in given.items() if value is not None or name == "planned_at"}
    changed = transitions.change(
        session, actor=actor, kind="mapping.changed", changes=after, payload=_told(session) | _plainly(after)
    )
    return changed


@action
def invite(session: MappingSession, *, actor: User, team: Team) -> MappingTeam:
    """Invite one more team. Raises Denied, Conflict where it is invited already."""
    session = locked(session, None)
    require(rules.may_lead(actor, session))
    return _invite(session, team, actor)


@action
def start(session: MappingSession, *, actor: User, expected_version: int | None = None) -> MappingSession:
    """Start the hour. Raises Denied, StaleState when somebody was first."""
    session = locked(session, expected_version)
    require(rules.may_start(actor, session))
    told = {"minutes": session.minutes, "teams": session.teams.count()}
    changes = {"state": MappingSession.State.RUNNING, "started_at": clock.now()}
    return transitions.change(session, actor=actor, kind="mapping.started", changes=changes, payload=told)


@action
def close(session: MappingSession, *, actor: User, notes: str = "", expected_version: int | None = None) -> MappingSession:
    """Close the session with its summary. Lines that are open can still be settled. Raises Denied, StaleState."""
    session = locked(session, expected_version)
    require(rules.may_close(actor, session))
    counts = queries.counts(session)
    teams = queries.teams_of(session)
    told = {
        "registered": counts["registered"],
        "known": counts["known"],
        "left": counts["left"],
        "open": counts["open"] + counts["drafted"],
        "lines": sum(counts.values()),
        "teams_done": sum(1 for team in teams if team.done_at),
        "teams": len(teams),
    }
    changes = {"state": MappingSession.State.CLOSED, "closed_at": clock.now(), "notes": notes.strip()}
    return transitions.change(session, actor=actor, kind="mapping.closed", changes=changes, payload=told)


def locked(session: MappingSession, expected_version: int | None) -> MappingSession:
    """Return a session as it stands now, held until the transaction ends. Raises StaleState for an older version."""
    rows = MappingSession.objects.select_for_update(of=("self",)).select_related("facilitator")
    now = rows.get(pk=session.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def _invite(session: MappingSession, team: Team, actor: User) -> MappingTeam:
    if session.teams.filter(team=team).exists():
        raise Conflict(f"{team} is invited already.", fields={"team": ["Invited already."]})
    invited = MappingTeam(session=session, team=team)
    told = {"team": team.name}
    return transitions.create(invited, actor=actor, kind="mapping.invited", payload=told, touches=(session,))


def _check(leader: User, teams: list[Team] | None) -> None:
    wrong: dict[str, list[str]] = {}
    if not (verdict := people_rules.may_own(leader)):
        wrong["facilitator"] = [verdict.reason]
    if teams is not None and not teams:
        wrong["teams"] = ["Invite at least one team."]
    if wrong:
        raise Invalid("This session cannot be held like that.", fields=wrong)


def _told(session: MappingSession) -> dict[str, Any]:
    return {
        "name": session.name,
        "facilitator": session.facilitator.ref,
        "planned_at": session.planned_at,
        "minutes": session.minutes,
    }


def _plainly(after: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "ref", value) for name, value in after.items()}
