"""Which clocks an incident needs as it stands, and who may hold one: pure decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role
from governance.policy.incidentrules import ClockLimits, IncidentRules
from incidents.cases.models import Incident
from incidents.cases.rules import is_system
from incidents.clocks.models import Clock

ACKNOWLEDGE, MITIGATE, RESOLVE, POSTMORTEM = "acknowledge", "mitigate", "resolve", "postmortem"
STEPS = {ACKNOWLEDGE: "Acknowledge", MITIGATE: "Mitigate", RESOLVE: "Resolve", POSTMORTEM: "Postmortem"}
"""The clocks that policy sets by severity and tier, and what they are called."""
DAY = 24 * 3600
PARTS = ("owner_id", "commander_id", "communications_id", "scribe_id")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an incident decides which clocks run. `learned_at` is when its postmortem was approved."""

    severity: str
    tier: int | None
    near_miss: bool
    imported: bool
    reported_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    postmortem_demanded: bool
    learned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clock that an incident needs: from when, how long, what counts, and when it was met."""

    started_at: datetime
    limit_seconds: int
    business: bool
    met_at: datetime | None


def wanted(facts: Facts, policy: IncidentRules) -> dict[str, Wanted]:
    """Return the clocks that an incident needs, by kind.

    Before a severity is set only acknowledging is measured. A near miss hurts nobody, so only its postmortem has a limit,
    where one is demanded. An imported incident was over before it came here.
    """
    if facts.imported:
        return {}
    limits = policy.limits_for(facts.severity, facts.tier) if facts.severity else None
    found = {} if facts.near_miss else _answering(facts, limits, policy)
    if limits and facts.postmortem_demanded and facts.resolved_at:
        day = policy.business_hours.day_seconds if limits.business_hours else DAY
        since = facts.resolved_at  # what was learned before it was taken up again is not what this resolution teaches
        met = _first(*(at for at in (facts.learned_at, facts.closed_at) if at is not None and at >= since))
        found[POSTMORTEM] = Wanted(facts.resolved_at, limits.postmortem_days * day, limits.business_hours, met)
    return found


def _answering(facts: Facts, limits: ClockLimits | None, policy: IncidentRules) -> dict[str, Wanted]:
    over = _first(facts.resolved_at, facts.closed_at)
    mitigated = _first(facts.mitigated_at, over)
    acknowledged = _first(facts.acknowledged_at, mitigated)
    if limits is None:
        if facts.severity:
            return {}
        return {ACKNOWLEDGE: Wanted(facts.reported_at, policy.before_triage_minutes * 60, False, acknowledged)}
    minutes = (
        (ACKNOWLEDGE, limits.acknowledge_minutes, acknowledged),
        (MITIGATE, limits.mitigate_minutes, mitigated),
        (RESOLVE, limits.resolve_minutes, over),
    )
    return {kind: Wanted(facts.reported_at, count * 60, limits.business_hours, met) for kind, count, met in minutes}


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def missed(clock: Clock, at: datetime) -> bool:
    """Whether a clock was late at a moment: it stopped after it was due, or it is due and still runs unpaused."""
    if clock.stopped_at is not None:
        return clock.stopped_as == Clock.Stopped.MET and clock.stopped_at > clock.due_at
    return clock.paused_at is None and clock.due_at <= at


def offered(policy: IncidentRules, held: Mapping[str, Clock]) -> dict[str, str]:
    """Return the deadlines of law and contract that can still be flagged on an incident: key -> name."""
    taken = {kind for kind, clock in held.items() if clock.stopped_as != Clock.Stopped.OFF}
    return {key: each.name for key, each in policy.regulatory.items() if key not in taken}


def may_flag(actor: Any, sees: bool) -> Verdict:
    """Say whether somebody may start a deadline of law: whoever sees the incident and may write. Caution needs no rank."""
    if is_system(actor) or (sees and roles.may_write(actor)):
        return ALLOW
    return deny("Only people who work with this incident flag deadlines.", fix="Tell its owner what you know.")


def may_steer(actor: Any, incident: Incident) -> Verdict:
    """Say whether somebody may pause a clock, call one off, or say that a deadline was met: who has a part in it, or leads."""
    if is_system(actor):
        return ALLOW
    if roles.may_write(actor):
        if roles.governs(actor) or actor.role == Role.LEADER or actor.pk in {getattr(incident, name) for name in PARTS}:
            return ALLOW
        if incident.surface is not None and incident.surface.owner_id == actor.pk:
            return ALLOW
    owner = (str(incident.owner),) if incident.owner else ("a risk officer",)
    return deny("Only who has a part in this incident, or leads, holds its clocks.", fix="Ask its owner.", grantors=owner)


def may_pause(actor: Any, clock: Clock) -> Verdict:
    """Say whether somebody may stop the time of a clock for a while."""
    verdict = may_steer(actor, clock.incident)
    if not verdict:
        return verdict
    if clock.flagged_by_id:
        return deny("The law does not wait: this deadline cannot be paused.", fix="Report in phases; say what is known so far.")
    if not clock.is_running:
        return deny("This clock has stopped.", fix="Look at how the incident stands now.")
    return deny("It is paused already.", fix="Let it go on when the wait is over.") if clock.paused_at else ALLOW


def may_resume(actor: Any, clock: Clock) -> Verdict:
    """Say whether somebody may let a paused clock go on."""
    verdict = may_steer(actor, clock.incident)
    return deny("It is not paused.") if verdict and clock.paused_at is None else verdict


def may_settle(actor: Any, clock: Clock) -> Verdict:
    """Say whether somebody may say that a flagged deadline was met, or never applied."""
    verdict = may_steer(actor, clock.incident)
    if not verdict:
        return verdict
    if clock.flagged_by_id is None:
        return deny("This clock follows the incident itself.", fix="Move the incident on, and the clock stops.")
    return ALLOW if clock.is_running else deny("This deadline is settled already.")
