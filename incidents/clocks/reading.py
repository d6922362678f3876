"""Clocks as pages show them: how much is left or over, how much is used, and in which words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from governance.core import clock as time
from governance.core.verdict import Verdict
from governance.policy import queries as policy_queries
from governance.policy.incidentrules import IncidentRules, RegulatoryClock
from governance.ui import atoms
from incidents.cases.models import Incident
from incidents.clocks import arithmetic, queries, rules, words
from incidents.clocks.models import Clock


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the strip: what it measures, how it stands in large words, how much is used, and the small print.

    `tone` is ok, warn, stop or empty; `used` is per cent of the limit, at most 100. `links` are (label, address).
    """

    title: str
    left: str
    used: int
    small: str
    tone: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def bar(self) -> str:
        """The class of the bar that is drawn."""
        return {"warn": "chart-bar--warn", "stop": "chart-bar--stop"}.get(self.tone, "chart-bar")


def boxes(incident: Incident, user: Any, now: datetime) -> list[Box]:
    """Return the strip of an incident: policy's clocks in their order, what was flagged, and what may have to be."""
    policy, held = policy_queries.incident_rules(), queries.of_incident(incident)
    for clock in held.values():
        clock.incident = incident
    steps = [held[kind] for kind in rules.STEPS if kind in held and held[kind].stopped_as != Clock.Stopped.OFF]
    flagged = [clock for clock in held.values() if clock.flagged_by_id and clock.stopped_as != Clock.Stopped.OFF]
    steer = rules.may_steer(user, incident)
    drawn = [box(clock, policy, now, steer) for clock in (*steps, *sorted(flagged, key=lambda each: each.due_at))]
    if not flagged and policy.regulatory and incident.source != Incident.Source.IMPORT:
        drawn.append(_offer(next(iter(policy.regulatory.values())), incident, rules.may_flag(user, True)))
    return drawn


def box(clock: Clock, policy: IncidentRules, now: datetime, steer: Verdict) -> Box:
    """Return the box of one clock."""
    hours = policy.business_hours if clock.business else None
    limit = words.limit(clock.limit_seconds, hours)
    share = min(100, round(100 * passed(clock, policy, now) / clock.limit_seconds))
    met = clock.stopped_as == Clock.Stopped.MET
    title = words.title(clock.kind, clock.name, met)
    if clock.stopped_at is not None:
        took = f"in {words.length((clock.stopped_at - clock.started_at).total_seconds())}"
        when = atoms.when(clock.stopped_at, now)
        if rules.missed(clock, clock.stopped_at):
            return Box(title, took, 100, f"limit {limit}, missed; done {when}", "stop")
        return Box(title, took, share, f"limit {limit}, met {when}", "ok")
    links = _links(clock, steer)
    if clock.paused_at is not None:
        left = words.length(clock.limit_seconds - passed(clock, policy, now))
        return Box(title, "paused", share, f"{left} left when it goes on", "", links)
    by = f", flagged by {clock.flagged_by}" if clock.flagged_by else ""
    if clock.due_at <= now:
        over = words.length((now - clock.due_at).total_seconds())
        return Box(title, f"{over} over", 100, f"of {limit}, missed {atoms.when(clock.due_at, now)}{by}", "stop", links)
    tone = "warn" if clock.warn_at <= now else ""
    left = f"{words.length((clock.due_at - now).total_seconds())} left"
    return Box(title, left, share, f"of {limit}, due {atoms.when(clock.due_at, now)}{by}", tone, links)


def passed(clock: Clock, policy: IncidentRules, now: datetime) -> int:
    """Return the seconds that counted for a clock so far: until it stopped, or until its pause began."""
    hours = policy.business_hours if clock.business else None
    until = clock.stopped_at or clock.paused_at or now
    rests = [(begun, over) for begun, over in clock.intervals() if over is not None]
    return arithmetic.counted(clock.started_at, until, hours, rests)


def standing(clock: Clock, now: datetime | None = None) -> tuple[str, str]:
    """Return how a clock stands as a mark and words, for lists."""
    now = now or time.now()
    if clock.stopped_as == Clock.Stopped.OFF:
        return "until", "called off"
    if clock.stopped_at is not None:
        return ("stop", "done, too late") if rules.missed(clock, clock.stopped_at) else ("ok", "done in time")
    if clock.paused_at is not None:
        return "wait", "paused"
    if clock.due_at <= now:
        return "stop", f"{words.length((now - clock.due_at).total_seconds())} over"
    left = f"{words.length((clock.due_at - now).total_seconds())} left"
    return ("warn", left) if clock.warn_at <= now else ("until", left)


def _offer(law: RegulatoryClock, incident: Incident, verdict: Verdict) -> Box:
    links = (("Flag a deadline", reverse("clock-flag", args=[incident.key])),) if verdict else ()
    return Box(law.name, "not started", 0, f"{words.limit(law.hours * 3600)} from when somebody flags it", "", links)


def _links(clock: Clock, steer: Verdict) -> tuple[tuple[str, str], ...]:
    if not steer:
        return ()
    if clock.flagged_by_id:
        return (("Done", reverse("clock-met", args=[clock.key])), ("Not needed", reverse("clock-off", args=[clock.key])))
    if clock.paused_at is not None:
        return (("Go on", reverse("clock-resume", args=[clock.key])),)
    return (("Pause", reverse("clock-pause", args=[clock.key])),)
