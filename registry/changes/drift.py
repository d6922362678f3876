"""Whether what an approval rests on is still so. Any drift voids it: what people signed was another situation."""

from collections.abc import Iterator, Mapping
from typing import Any

from governance.policy import queries as policy
from governance.policy.routes import Route
from registry.changes.foundation import STRICTNESS, Foundation, foundation, handling, satisfied
from registry.changes.models import Change
from registry.contracts.shape import Contract
from registry.surfaces import facts as held

SAID = {"vendor": "vendor", "region": "region", "model": "model", "effect": "effect"}


def drift(change: Change) -> list[str]:
    """Return in sentences what changed under an open change since it was proposed; nothing when all is as it was.

    Reads the surface as it is loaded; at most six queries.
    """
    return [*_standing(change), *_demands(change), *_catalogue(change)]


def _standing(change: Change) -> Iterator[str]:
    surface = change.surface
    if surface.in_force_id != change.base_id:
        yield "Another revision came into force since this was proposed."
    was = change.rests_on.get("tier", change.revision.tier)
    if surface.tier is None or surface.tier > was:
        yield f"The tier was {was} when this was proposed, and is {'none' if surface.tier is None else surface.tier} now."
    if surface.owner is None:
        yield "Nobody owns the surface any more."
    elif not surface.owner.is_active:
        yield f"{surface.owner}, who owned the surface, has left."


def _demands(change: Change) -> Iterator[str]:
    request = change.request
    now = policy.in_force()
    if request is None or request.policy_version_id == now.pk:
        return
    regulated = held.is_regulated(change.revision.contract)
    route = policy.route_for("change", tier=change.revision.tier, change_kinds=change.kinds, regulated=regulated)
    asked: dict[str, int] = {}
    for step in request.steps.select_related("position"):
        asked[step.position.key] = asked.get(step.position.key, 0) + 1
    if more := demanded_more(route, asked):
        yield f"Policy {now.label} asks for more than was asked: {', '.join(more)}."


def demanded_more(route: Route, asked: Mapping[str, int]) -> list[str]:
    """Return which places of a route were not asked for, in words."""
    called = {row["key"]: row["name"] for row in policy.document()["positions"]}
    short = [(key, count - asked.get(key, 0)) for key, count in route.steps if count > asked.get(key, 0)]
    return [called.get(key, key) + (f" × {count}" if count > 1 else "") for key, count in short]


def _catalogue(change: Change) -> Iterator[str]:
    contract = change.revision.contract
    yield from differs(change.rests_on, foundation(contract, change.revision.tier), contract)


def differs(before: Foundation, now: Foundation, contract: Contract) -> Iterator[str]:
    """Say what of the catalogue an approval no longer finds as it was: pure, over two foundations."""
    for part, what in (("endpoints", "endpoint"), ("tools", "tool")):
        for key, row in now[part].items():
            was: Mapping[str, Any] = before.get(part, {}).get(key, {})
            if row["state"] == "retired" and was.get("state") != "retired":
                yield f"The {what} {row['name']} was retired."
            for field, word in SAID.items():
                if field in was and was[field] != row[field]:
                    yield f"The {word} of the {what} {row['name']} was {was[field]}, and is {row[field]} now."
    sent = handling(contract)
    for place, rule in now["rules"].items():
        earlier = before.get("rules", {}).get(place)
        kind, _, endpoint = place.partition(" at ")
        tighter = earlier is not None and STRICTNESS.index(rule) > STRICTNESS.index(earlier)
        if tighter and not satisfied(rule, sent.get(kind, "plain")):
            called = now["endpoints"][endpoint]["name"]
            yield f"The data rule for {kind} at {called} was “{earlier}”, and is “{rule}” now; the contract needs more."
