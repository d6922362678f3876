"""Who may keep rotas, paths and routes, and which route comes first: pure decisions."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django.db.models import Q

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people import rules as people_rules
from governance.people.models import Team, User
from governance.people.rows import is_insider
from registry.oncall.models import EscalationPath, EscalationStep, Rota, RotaOverride, Route

OPEN = Q(category="", tier=None, team=None, surface=None)
"""What the fallback route leaves open: everything."""
KEEPERS = ("A risk officer", "An administrator")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_OVERRIDE = 62  # days
MOST_PEOPLE, MOST_STEPS = 50, 20


def weight(route: Route) -> int:
    """Return how closely a route fits: surface before team, team before category, category before tier.

    Each outweighs all that come after it together, so that of two that fit one always comes first.
    """
    return (
        8 * (route.surface_id is not None) + 4 * (route.team_id is not None) + 2 * bool(route.category) + (route.tier is not None)
    )


def may_keep(user: Any, team: Team | None) -> Verdict:
    """Say whether a person may keep a team's rotas, paths and routes: its lead, and who governs; without a team these alone."""
    if people_rules.is_system(user):
        return ALLOW
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or (team is not None and team.lead_id == user.pk):
        return ALLOW
    whose = f"{team}'s lead, a risk officer or an administrator" if team else "A risk officer or an administrator"
    return deny(f"{whose} keeps this.", fix="Ask one of them.", grantors=KEEPERS)


def may_keep_some(user: Any, leads: bool) -> Verdict:
    """Say whether a person may keep any rota or path at all: who governs, and who leads a team."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or leads:
        return ALLOW
    return deny("Team leads keep rotas, and risk officers.", fix="Ask your team's lead.", grantors=KEEPERS)


def may_change_rota(user: Any, rota: Rota) -> Verdict:
    """Say whether a person may change a rota and its layers."""
    if rota.state == Rota.State.RETIRED:
        return deny("This rota is retired.", fix="Make another one.")
    return may_keep(user, rota.team)


def may_cover(user: Any, rota: Rota, is_in: bool) -> Verdict:
    """Say whether a person may change who is on call for a while: who keeps the rota, takes turns in it, or is of its team."""
    if rota.state == Rota.State.RETIRED:
        return deny("This rota is retired.", fix="Make another one.")
    if roles.may_write(user) and is_in:
        return ALLOW
    return may_keep(user, rota.team)


def may_change_path(user: Any, path: EscalationPath) -> Verdict:
    """Say whether a person may change a path and its steps."""
    if path.state == EscalationPath.State.RETIRED:
        return deny("This path is retired.", fix="Make another one.")
    return may_keep(user, path.team)


def may_route(user: Any, team: Team | None, surface_edit: Verdict | None) -> Verdict:
    """Say whether a person may keep a route: for a surface who may edit it, for a team its lead, else who governs."""
    if surface_edit is not None:
        return surface_edit if roles.may_write(user) else deny("Auditors read everything and change nothing.")
    return may_keep(user, team)


def may_remove(route: Route, may_change: Verdict) -> Verdict:
    """Say whether a route may go; the fallback stays."""
    if route.is_fallback:
        return deny("The fallback answers what no other route does, and stays.", fix="Let it lead to another path.")
    return may_change


def may_try(user: Any) -> Verdict:
    """Say whether a person may ask who would be told: everybody inside the company."""
    return ALLOW if is_insider(user) else deny("Who is on call is known inside the company only.")


def may_have_feed(user: Any) -> Verdict:
    """Say whether a person may make a calendar address: everybody inside the company, auditors too, for it only reads."""
    if user.is_authenticated and user.is_active and user.kind == User.Kind.PERSON and user.role != "guest_auditor":
        return ALLOW
    return deny("Calendar feeds are for people of the company.")


def restriction_faults(restriction: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the hours a layer is limited to; nothing when they can be kept."""
    if not restriction:
        return []
    if set(restriction) != {"weekdays", "from", "to"}:
        return ["Give the weekdays, and from when to when."]
    days = restriction["weekdays"]
    if not isinstance(days, list) or not days or any(type(day) is not int or not 0 <= day <= 6 for day in days):
        return ["Choose at least one weekday: 0 is Monday, 6 is Sunday."]
    if len(set(days)) != len(days):
        return ["A weekday is named twice."]
    for name in ("from", "to"):
        try:
            kept = time.fromisoformat(str(restriction[name]))
        except ValueError:
            return ["Give the hours as 18:00."]
        if kept.tzinfo is not None or kept.second or kept.microsecond:
            return ["Give the hours as 18:00."]
    return []


def override_faults(starts_at: datetime, ends_at: datetime, now: datetime) -> dict[str, list[str]]:
    """Return what is wrong with the times of an override, by field."""
    if ends_at <= starts_at:
        return {"ends_at": ["This is before it starts."]}
    if ends_at <= now:
        return {"ends_at": ["This has passed. An override changes who is called from now on."]}
    if (ends_at - starts_at).days > LONGEST_OVERRIDE:
        return {"ends_at": [f"At most {LONGEST_OVERRIDE} days. Change the layers for longer."]}
    return {}


def may_cancel(override: RotaOverride, now: datetime) -> Verdict:
    """Say whether an override can still be called off."""
    if override.cancelled_at is not None:
        return deny("This override is called off already.")
    return ALLOW if override.ends_at > now else deny("This override is over.")


def wait_of(steps: Iterable[EscalationStep]) -> dict[int, int]:
    """Return the minutes of each number of a path."""
    return {step.number: step.wait_minutes for step in steps}
