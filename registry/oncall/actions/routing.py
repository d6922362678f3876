"""Routes: which path answers what."""

from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Team, User
from governance.policy.models import IncidentCategory, Tier
from registry.oncall import rules
from registry.oncall.models import EscalationPath, Route
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


@action
def make_route(
    *,
    actor: User,
    path: EscalationPath,
    category: str = "",
    tier: int | None = None,
    team: Team | None = None,
    surface: Surface | None = None,
    reason: str = "",
) -> Route:
    """Let a path answer what fits. Raises Denied, Invalid for an unknown category or tier, Conflict where a route is."""
    require(rules.may_route(actor, team, surfaces.may_edit(actor, surface) if surface else None))
    _check(category, tier, team, surface)
    path = _open(path)
    route = Route(category=category, tier=tier, team=team, surface=surface, path=path)
    return transitions.create(
        route, actor=actor, kind="on_call_route.made", payload=_told(route, path), touches=_touches(route), reason=reason
    )


@action
def lead_route(
    route: Route, *, actor: User, path: EscalationPath, expected_version: int | None = None, reason: str = ""
) -> Route:
    """Let a route lead to another path. Raises Denied, Invalid, StaleState."""
    route = locked(route, expected_version)
    require(may_change(actor, route))
    path = _open(path)
    return transitions.change(
        route,
        actor=actor,
        kind="on_call_route.led",
        changes={"path": path},
        payload=_told(route, path),
        touches=_touches(route),
        reason=reason,
    )


@action
def remove_route(route: Route, *, actor: User, expected_version: int | None = None, reason: str = "") -> None:
    """Remove a route, so that a wider one answers. Raises Denied (the fallback stays), StaleState."""
    route = locked(route, expected_version)
    require(rules.may_remove(route, may_change(actor, route)))
    told = _told(route, route.path)
    transitions.remove(route, actor=actor, kind="on_call_route.removed", payload=told, touches=_touches(route), reason=reason)


def may_change(actor: User, route: Route) -> Any:
    """Say whether a person may change a route."""
    return rules.may_route(actor, route.team, surfaces.may_edit(actor, route.surface) if route.surface else None)


def locked(route: Route, expected_version: int | None) -> Route:
    """Return a route as it stands now, held until the end. Raises StaleState when it moved or went."""
    rows = Route.objects.select_for_update(of=("self",)).select_related("path", "team", "surface__owner", "surface__team__lead")
    now = rows.filter(pk=route.pk).first()
    if now is None or (expected_version is not None and now.version != expected_version):
        raise transitions.stale(route)
    return now


def _check(category: str, tier: int | None, team: Team | None, surface: Surface | None) -> None:
    wrong: dict[str, list[str]] = {}
    if category and not IncidentCategory.objects.filter(key=category, is_retired=False).exists():
        wrong["category"] = ["Choose a category of the policy."]
    if tier is not None and not Tier.objects.filter(number=tier).exists():
        wrong["tier"] = ["Tiers are 0 to 4."]
    if team is not None and surface is not None:
        wrong["team"] = ["A surface has its team already: name one of the two."]
    if wrong:
        raise Invalid("This route cannot be kept so.", fields=wrong)


def _open(path: EscalationPath) -> EscalationPath:
    """Return a path as it stands now, held until the end, so that nobody retires it meanwhile. Raises Invalid when it is."""
    now = EscalationPath.objects.select_for_update(of=("self",)).get(pk=path.pk)
    if now.state == EscalationPath.State.RETIRED:
        raise Invalid(f"{now} is retired.", fix="Choose a path in use.", fields={"path": ["Choose a path in use."]})
    return now


def _touches(route: Route) -> tuple[Any, ...]:
    return (route.path, route.surface) if route.surface is not None else (route.path,)


def _told(route: Route, path: EscalationPath) -> dict[str, Any]:
    return {
        "answers": answers(route),
        "category": route.category,
        "tier": route.tier,
        "team": route.team.key if route.team else "",
        "surface": route.surface.key if route.surface else "",
        "path": path.key,
    }


def answers(route: Route) -> str:
    """Say in words without names of surfaces what a route answers: data_exposure on tier 3."""
    named = [
        route.surface.key if route.surface else "",
        str(route.team.key) if route.team else "",
        route.category,
        "" if route.tier is None else f"tier {route.tier}",
    ]
    return ", ".join(filter(None, named)) or "everything else"
