"""How bad an incident is: triage, and another severity later."""

from typing import Any

from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases import accountable
from incidents.cases.models import Incident, IncidentState, TimelineEntry
from incidents.cases.rules import is_system
from incidents.running import queries
from incidents.running import severity as judging
from incidents.running.actions.common import follow, move, ready
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

SEVERITY = TimelineEntry.Kind.SEVERITY


@action
def triage(
    incident: Incident,
    *,
    actor: User,
    severity: str,
    category: str = "",
    surface: Surface | None = None,
    near_miss: bool | None = None,
    user_harm: int | None = None,
    blast_radius: int | None = None,
    people_estimated: int | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Incident:
    """Say how bad a reported incident is, of what kind, and on which surface; from then on it has its tier and its clocks.

    What is left out stays as reported. Whoever triages what nobody acknowledged acknowledges it. Raises Denied, StaleState,
    Invalid by field for a severity or category that policy does not have.
    """
    now = ready("triage", incident, actor, expected_version)
    surface = surface or now.surface
    _check(actor, now, severity, category or now.category, surface)
    moment = clock.now()
    tier = surface.tier if surface is not None else None
    changes: dict[str, Any] = {
        "state": IncidentState.TRIAGED,
        "severity": severity,
        "category": category or now.category,
        "surface": surface,
        "vendor": now.vendor or accountable.vendor_of(surface, ()),
        "near_miss": now.near_miss if near_miss is None else near_miss,
        "tier": tier,
        "triaged_at": moment,
        "acknowledged_at": now.acknowledged_at or moment,
        "postmortem_demanded": _demanded(severity, tier),
        **_figures(now, user_harm, blast_radius, people_estimated),
    }
    if now.acknowledged_at is None and actor.kind == User.Kind.PERSON:
        changes["owner"] = actor
    told = _told(now, changes) | {"category": changes["category"], "surface": surface.key if surface else ""}
    text = _sentence(f"triaged it as {severity}", reason)
    touches = (surface,) if surface is not None and surface.pk != now.surface_id else ()
    data = {"before": now.severity, "after": severity}
    done = move(
        now, actor=actor, kind="incident.triaged", entry=SEVERITY, text=text, changes=changes, told=told, reason=reason,
        touches=touches, data=data,
    )  # fmt: skip
    follow(done, actor)
    return done


@action
def set_severity(
    incident: Incident,
    *,
    actor: User,
    severity: str,
    reason: str,
    near_miss: bool | None = None,
    user_harm: int | None = None,
    blast_radius: int | None = None,
    people_estimated: int | None = None,
    expected_version: int | None = None,
) -> Incident:
    """Give a triaged incident another severity, or other figures. A reason is needed: alerts and clocks follow it.

    Raises Denied, StaleState, Invalid by field.
    """
    now = ready("set_severity", incident, actor, expected_version)
    if not reason.strip():
        raise Invalid("Say why the severity is another.", fields={"reason": ["This is needed."]})
    _check(actor, now, severity, now.category, now.surface)
    figures = _figures(now, user_harm, blast_radius, people_estimated)
    changes: dict[str, Any] = {
        "severity": severity,
        "near_miss": now.near_miss if near_miss is None else near_miss,
        "postmortem_demanded": _demanded(severity, now.tier),
        **figures,
    }
    if all(getattr(now, name) == value for name, value in changes.items()):
        raise Invalid(f"It is {severity} already, with these figures.", fields={"severity": ["Choose another."]})
    text = _sentence(f"set severity to {severity}" if severity != now.severity else f"judged {severity} anew", reason)
    data = {"before": now.severity, "after": severity}
    told = _told(now, changes)
    done = move(
        now, actor=actor, kind="incident.severity_set", entry=SEVERITY, text=text, changes=changes, told=told, reason=reason,
        data=data,
    )  # fmt: skip
    follow(done, actor)
    return done


def _check(actor: User, incident: Incident, severity: str, category: str, surface: Surface | None) -> None:
    wrong: dict[str, list[str]] = {}
    known = queries.severities()
    if severity not in known:
        wrong["severity"] = [f"One of {', '.join(known)}."]
    if not category:
        wrong["category"] = ["Choose what kind of problem it is."]
    elif category != incident.category and category not in queries.categories():
        wrong["category"] = ["Policy has no such category; choose one of its own."]
    chosen = surface is not None and surface.pk != incident.surface_id
    if surface is not None and chosen and not is_system(actor) and not _sees(actor, surface):
        wrong["surface"] = ["There is no such surface that you can see."]
    if wrong:
        raise Invalid("This cannot be triaged so.", fields=wrong)


def _sees(actor: User, surface: Surface) -> bool:
    return surfaces.visible_to(actor).filter(pk=surface.pk).exists()


def _figures(incident: Incident, harm: int | None, radius: int | None, people: int | None) -> dict[str, Any]:
    given = {"user_harm": harm, "blast_radius": radius, "people_estimated": people}
    return {name: getattr(incident, name) if value is None else value for name, value in given.items()}


def _demanded(severity: str, tier: int | None) -> bool:
    return judging.is_demanded(severity, queries.threshold(tier), list(queries.severities()))


def _told(incident: Incident, changes: dict[str, Any]) -> dict[str, Any]:
    harm, radius, tier = changes["user_harm"], changes["blast_radius"], changes.get("tier", incident.tier)
    known = harm is not None and radius is not None and 0 <= harm <= 4 and 0 <= radius <= 4
    proposed = judging.propose(harm, radius, tier).key(list(queries.severities())) if known else ""
    return {
        "severity": changes["severity"],
        "before": incident.severity,
        "proposed": proposed,
        "user_harm": harm,
        "blast_radius": radius,
        "tier": tier,
        "postmortem": changes["postmortem_demanded"],
    }


def _sentence(said: str, reason: str) -> str:
    return f"{said}: {reason.strip()}" if reason.strip() else f"{said}."
