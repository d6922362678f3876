"""The only writers of aliases: say what a name means, have it mean another thing, take it back."""

from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.catalog.models import Endpoint
from registry.surfaces.models import Surface
from registry.usage.aliases import rules
from registry.usage.models import UsageAlias

MODEL = UsageAlias.Attribute.MODEL


@action
def make(
    *, actor: User, attribute: str, value: str, surface: Surface | None = None, endpoint: Endpoint | None = None
) -> UsageAlias:
    """Say that spans whose attribute says this value mean a surface, or, for a model's name, an endpoint.

    Calls that were stored as unknown are matched again by a job. Raises Denied, Invalid where the thing does not fit the
    attribute, Conflict where the name means something already.
    """
    thing = _fitting(attribute, surface, endpoint)
    require(rules.may_name(actor, thing))
    alias = UsageAlias(attribute=attribute, value=value.strip(), surface=surface, endpoint=endpoint)
    return transitions.create(alias, actor=actor, kind="usage.alias_made", payload=_told(alias), touches=(thing,))


@action
def move(
    alias: UsageAlias,
    *,
    actor: User,
    surface: Surface | None = None,
    endpoint: Endpoint | None = None,
    expected_version: int | None = None,
) -> UsageAlias:
    """Have a name mean another thing, which its keeper must allow as well as the one of the thing it meant. Raises as `make`."""
    thing, before = _fitting(alias.attribute, surface, endpoint), meant(alias)
    require(rules.may_name(actor, before))
    require(rules.may_name(actor, thing))
    told = {**_told(alias), "means": thing.key}
    changes: dict[str, Any] = {"surface": surface, "endpoint": endpoint}
    return transitions.change(
        alias, actor=actor, kind="usage.alias_moved", changes=changes, expected_version=expected_version,
        payload=told, touches=(thing, before),
    )  # fmt: skip


@action
def remove(alias: UsageAlias, *, actor: User, reason: str = "") -> None:
    """Take back what a name means. What was matched by it stays as it is; new calls by this name are unknown again."""
    thing = meant(alias)
    require(rules.may_name(actor, thing))
    transitions.remove(alias, actor=actor, kind="usage.alias_removed", payload=_told(alias), touches=(thing,), reason=reason)


def meant(alias: UsageAlias) -> Surface | Endpoint:
    """Return what an alias means: a constraint holds that it is one of them."""
    found: Surface | Endpoint = alias.endpoint if alias.endpoint is not None else alias.surface  # type: ignore[assignment]
    return found


def _fitting(attribute: str, surface: Surface | None, endpoint: Endpoint | None) -> Surface | Endpoint:
    if attribute not in UsageAlias.Attribute.values:
        known = ", ".join(UsageAlias.Attribute.values)
        raise Invalid("Say which part of a span is looked at.", fields={"attribute": [f"One of {known}."]})
    wanted, other, name = (endpoint, surface, "endpoint") if attribute == MODEL else (surface, endpoint, "surface")
    if wanted is None or other is not None:
        message = "A model's name means an endpoint; every other name means a surface."
        raise Invalid(message, fields={name: [message]})
    return wanted


def _told(alias: UsageAlias) -> dict[str, Any]:
    return {"attribute": alias.get_attribute_display().lower(), "value": alias.value, "means": meant(alias).key}
