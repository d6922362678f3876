"""Who may plan, lead and fill mapping sessions: pure decisions."""

from collections.abc import Collection
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.rows import is_insider
from registry.mapping.models import MappingLine, MappingSession

SYSTEM = "system"
READS_ONLY = "Auditors read everything and change nothing."
State, Outcome = MappingSession.State, MappingLine.Outcome


def may_plan(user: Any) -> Verdict:
    """Say whether somebody may plan a session: everybody inside who may write."""
    return ALLOW if roles.may_write(user) and is_insider(user) else deny(READS_ONLY)


def leads(user: Any, session: MappingSession) -> bool:
    """Whether somebody leads a session: its facilitator, and those who govern."""
    return roles.may_write(user) and (session.facilitator_id == user.pk or roles.governs(user))


def may_lead(user: Any, session: MappingSession) -> Verdict:
    """Say whether somebody may lead a session that is not closed."""
    if session.state == State.CLOSED:
        return deny("This session is closed.", fix="Plan another one for what comes up now.")
    if leads(user, session):
        return ALLOW
    return deny("Whoever leads the session does this.", grantors=(session.facilitator.name,))


def may_start(user: Any, session: MappingSession) -> Verdict:
    """Say whether somebody may start the hour."""
    if session.state != State.PLANNED:
        return deny(f"This session is {session.get_state_display().lower()}.")
    return may_lead(user, session)


def may_close(user: Any, session: MappingSession) -> Verdict:
    """Say whether somebody may close a session."""
    if session.state != State.RUNNING:
        return deny(f"This session is {session.get_state_display().lower()}.", fix="Start it first.")
    return may_lead(user, session)


def may_name(user: Any, session: MappingSession, team: int | None, invited: Collection[int]) -> Verdict:
    """Say whether somebody may name places for a team: its people while it is invited, and whoever leads for any."""
    if session.state == State.CLOSED:
        return deny("This session is closed.", fix="Register it directly, or plan another session.")
    if leads(user, session):
        return ALLOW
    if not roles.may_write(user):
        return deny(READS_ONLY)
    if team is not None and team in invited and user.team_id == team:
        return ALLOW
    return deny("Everybody names the places of their own team.", fix="Ask whoever leads the session to add it.")


def may_amend(user: Any, line: MappingLine, invited: Collection[int]) -> Verdict:
    """Say whether somebody may correct a line or take it back: while nothing came of it, its team and whoever leads."""
    if line.outcome != Outcome.OPEN:
        return deny(f"This is settled: {line.get_outcome_display().lower()}.", fix="Open it again first.")
    return may_name(user, line.session, line.team_id, invited)


def may_settle(user: Any, line: MappingLine) -> Verdict:
    """Say whether somebody may settle a line: whoever leads, people of its team, and what follows registrations."""
    if user.kind == SYSTEM:
        return ALLOW
    if not roles.may_write(user):
        return deny(READS_ONLY)
    if leads(user, line.session) or (line.team_id is not None and line.team_id == user.team_id):
        return ALLOW
    return deny("Its team settles this, or whoever leads the session.", grantors=(line.session.facilitator.name,))
