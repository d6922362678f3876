"""What observations add to the demo company: four weeks of calls of its live surfaces, with what nobody approved among them.

It is told by figures that are always the same, delivered once a week as a gateway would, and matched like any other.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from governance.core import clock
from registry.catalog.models import Endpoint
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState
from registry.usage.calls import Call
from registry.usage.models import Outcome, UsageSource, Way
from registry.usage.sealing.hours import seal_due
from registry.usage.seen import CARRIED
from registry.usage.sources import actions as sources
from registry.usage.storing import store

WEEKS = 4
CALLS = (12, 22, 34, 46, 40)
"""Calls in a week of a surface of each tier."""
HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 17, 19)
REASONS = ("Wrong queue", "Left out the second invoice", "Tone", "Plan of the year before")
ERRORS = ("timeout", "rate_limited", "overloaded")
GATEWAY, TRIAGE = "Model gateway", "Claims triage service"
DRIFTS: Mapping[str, Mapping[str, Any]] = {
    "Member benefits chat": {"weeks": 2, "share": 0.08, "region": "us-east"},
    "Claims triage assistant": {"weeks": 1, "share": 0.2, "model": "meridian-2.2-large", "region": "eu-central"},
    "Support reply drafts": {"weeks": 1, "share": 0.15, "classes": ("customer", "regulated")},
    "Appointment helper": {
        "weeks": 1,
        "share": 0.12,
        "tool": "calendar.cancel",
        "model": "",
        "region": "",
        "operation": "execute_tool",
    },
}
"""From how many weeks ago on which share of a surface's calls differs from its contract, and how."""
SHADOW: Mapping[str, Any] = {
    "service": "quill-notes",
    "provider": "quill-labs",
    "model": "quill-2",
    "operation": "chat",
    "feature": "meeting notes",
}
"""Notes software that somebody in Growth signed up for: no surface, no endpoint."""


def tell(story: Any) -> None:
    """Put the deliveries on the story's calendar, the sources before the first, and the seals at its end."""
    story.at(WEEKS + 0.2, partial(_sources, story))
    for week in range(WEEKS, 0, -1):
        story.at(week - 1, partial(_deliver, story, week))
    story.at(0, seal_due)


def _sources(story: Any) -> None:
    platform = story.cast["samuel"]
    sources.make(actor=story.admin, name=GATEWAY, kind="gateway", owner=platform, notes="All models are reached through it.")
    triage = Surface.objects.get(name="Claims triage assistant")
    sources.make(actor=story.admin, name=TRIAGE, kind="surface", surface=triage, owner=story.cast["noor"])


def _deliver(story: Any, week: int) -> None:
    """Deliver what was called in the week that ends now: the triage by its own source, all else by the gateway."""
    dice, now = random.Random(20_260 + week), clock.now()  # noqa: S311 - figures of a story
    by_name = {each.name: each for each in UsageSource.objects.filter(name__in=(GATEWAY, TRIAGE))}
    calls: dict[str, list[Call]] = {GATEWAY: [], TRIAGE: []}
    known = {each.key: each for each in Endpoint.objects.select_related("vendor")}
    for surface in _live(story):
        is_own = surface.name == "Claims triage assistant"
        calls[TRIAGE if is_own else GATEWAY] += _week_of(surface, week, now, dice, known)
    if week <= 2:
        calls[GATEWAY] += [_call(dice, _moment(dice, now), **SHADOW) for _ in range(21 if week == 1 else 9)]
    for name, some in calls.items():
        store(some, source=by_name[name], sender=None, way=Way.OTLP, received_at=now)


def _live(story: Any) -> list[Surface]:
    found = surfaces.visible_to(story.admin).filter(state=SurfaceState.LIVE)
    return list(found.select_related("in_force").order_by("pk"))


def _week_of(surface: Surface, week: int, now: datetime, dice: random.Random, known: Mapping[str, Endpoint]) -> Iterator[Call]:
    contract = surface.in_force.contract if surface.in_force else {}
    drift = DRIFTS.get(surface.name, {})
    tier = surface.tier or 0
    for _ in range(round(CALLS[tier] * (1.15 - 0.05 * week))):
        drifts = bool(drift) and week <= drift["weeks"] and dice.random() < drift["share"]
        given = _as_agreed(surface, contract, dice, known, with_tools=not drifts)
        if drifts:
            given |= {name: value for name, value in drift.items() if name not in ("weeks", "share")}
        yield _call(dice, _moment(dice, now), tier=tier, **given)


def _as_agreed(
    surface: Surface, contract: Mapping[str, Any], dice: random.Random, known: Mapping[str, Endpoint], *, with_tools: bool
) -> dict[str, Any]:
    """Return what a call as the contract allows it says: mostly its first route, now and then a tool of its own."""
    routes = contract.get("routes") or [{"endpoint": ""}]
    route = routes[-1] if len(routes) > 1 and dice.random() < 0.05 else routes[0]
    tools = [row["key"] for row in (contract.get("authority") or {}).get("tools") or ()]
    prompts = [f"{row['key']}@{row.get('version', '')}" for row in contract.get("prompts") or ()]
    classes = tuple(row["key"] for row in (contract.get("inputs") or {}).get("data_classes") or ())
    said: dict[str, Any] = {"claim": surface.key, "service": surface.name.lower().replace(" ", "-"), "environment": "production"}
    said |= {"prompt": prompts[0] if prompts else "", "classes": classes if dice.random() < 0.7 else None}
    if tools and with_tools and dice.random() < 0.2:
        return said | {"tool": dice.choice(tools), "operation": "execute_tool"}
    said |= {"operation": "chat", "task": 1 if dice.random() < 0.6 else 0}
    if (endpoint := known.get(route["endpoint"])) is None:
        return said
    return said | {"provider": endpoint.vendor.key, "model": endpoint.model, "region": endpoint.region}


def _call(dice: random.Random, at: datetime, *, tier: int = 0, **given: Any) -> Call:
    """Return one call with its figures; one in forty fails, and people change what higher tiers say now and then."""
    is_tool, draw = bool(given.get("tool")), dice.random()
    ended: dict[str, Any] = {"outcome": Outcome.OK}
    if draw < 0.025:
        ended = {"outcome": Outcome.ERROR, "error": dice.choice(ERRORS), "task": 2 if given.get("task") else 0}
    elif draw < 0.025 + 0.012 * tier and not is_tool:
        ended = {"outcome": Outcome.OVERRIDDEN, "override_reason": dice.choice(REASONS), "task": 2 if given.get("task") else 0}
    elif draw > 0.995:
        ended = {"outcome": Outcome.REFUSED}
    tokens = (0, 0) if is_tool else (dice.randrange(1_500, 42_000), dice.randrange(80, 2_400))
    identity = {"uid": UUID(int=dice.getrandbits(128)), "trace": UUID(int=dice.getrandbits(128))}
    told = {"tokens_in": tokens[0], "tokens_out": tokens[1], "latency_ms": dice.randrange(120, 4_800), "said": CARRIED}
    return Call(at, span=f"{dice.getrandbits(64):016x}", **{**identity, **told, **given, **ended})


def _moment(dice: random.Random, now: datetime) -> datetime:
    """Return a moment of the seven days before, mostly of a working day."""
    while True:
        day = now - timedelta(days=dice.randrange(7))
        at = day.replace(hour=dice.choice(HOURS), minute=dice.randrange(60), second=dice.randrange(60), microsecond=0)
        if at < now and (at.weekday() < 5 or dice.random() < 0.25):
            return at
