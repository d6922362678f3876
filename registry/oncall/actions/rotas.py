"""Rotas and their layers: make, change, retire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.db.models import Max

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Team, User
from registry.oncall import rules
from registry.oncall.actions.common import forget_who_is_on_call, free_key, require_callable, require_zone
from registry.oncall.models import EscalationPath, LayerPerson, Rota, RotaLayer


@dataclass(frozen=True, slots=True)
class LayerTerms:
    """A layer as it shall be; `order` 0 is above all others, `people` take turns in this order."""

    name: str
    people: Sequence[User]
    starts_on: date
    rotation: str = RotaLayer.Rotation.WEEKLY
    every: int = 1
    handover: time = time(9, 0)
    restriction: Mapping[str, Any] = field(default_factory=dict)
    order: int = 0


@action
def make_rota(*, actor: User, name: str, team: Team, time_zone: str = "", key: str = "") -> Rota:
    """Make a rota of a team, empty yet; without a zone in the maker's. Raises Denied, Invalid, Conflict for a taken name."""
    require(rules.may_keep(actor, team))
    zone = time_zone or actor.time_zone
    require_zone(zone)
    rota = Rota(key=free_key(Rota, name, key), name=name.strip(), team=team, time_zone=zone)
    return transitions.create(rota, actor=actor, kind="rota.made", payload={"team": team.key, "time_zone": zone})


@action
def change_rota(
    rota: Rota,
    *,
    actor: User,
    name: str,
    team: Team,
    time_zone: str,
    expected_version: int | None = None,
    reason: str = "",
) -> Rota:
    """Change name, team or zone. A rota is given away only to a team that the actor keeps. Raises Denied, Invalid, StaleState."""
    rota = locked(rota, actor, expected_version)
    if team.pk != rota.team_id:
        require(rules.may_keep(actor, team))
    require_zone(time_zone)
    forget_who_is_on_call()
    return transitions.change(
        rota,
        actor=actor,
        kind="rota.changed",
        changes={"name": name.strip(), "team": team, "time_zone": time_zone},
        payload={"team": team.key, "time_zone": time_zone},
        reason=reason,
    )


@action
def set_layer(
    rota: Rota,
    terms: LayerTerms,
    *,
    actor: User,
    layer: RotaLayer | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> Rota:
    """Add a layer, or replace what one says. Raises Denied, Invalid, StaleState, Conflict for a height that is taken."""
    rota = locked(rota, actor, expected_version)
    return _put(rota, layer or RotaLayer(rota=rota), terms, actor=actor, reason=reason)


@action
def set_layers(
    rota: Rota, layers: Sequence[LayerTerms], *, actor: User, expected_version: int | None = None, reason: str = ""
) -> Rota:
    """Replace all layers; where one has no height its place in the list gives it, the first lowest. Raises as `set_layer`."""
    rota = locked(rota, actor, expected_version)
    wanted = {terms.order or number: terms for number, terms in enumerate(layers, start=1)}
    if len(wanted) != len(layers):
        raise Invalid("Two layers stand at one height.", fields={"layers": ["Give each its own order, or leave it out."]})
    held = {layer.order: layer for layer in rota.layers.all()}
    for order, layer in held.items():
        if order not in wanted:
            _drop(rota, layer, actor=actor, reason=reason)
    for order, terms in wanted.items():
        _put(rota, held.get(order) or RotaLayer(rota=rota, order=order), terms, actor=actor, reason=reason)
    if not wanted and not held:
        raise Invalid("There is no layer to set.", fields={"layers": ["Give at least one."]})
    return rota


@action
def remove_layer(rota: Rota, layer: RotaLayer, *, actor: User, expected_version: int | None = None, reason: str = "") -> Rota:
    """Take a layer out of a rota. Raises Denied, StaleState."""
    return _drop(locked(rota, actor, expected_version), layer, actor=actor, reason=reason)


@action
def retire_rota(rota: Rota, *, actor: User, expected_version: int | None = None, reason: str = "") -> Rota:
    """Retire a rota that no escalation path calls. Raises Denied, StaleState, Conflict while one does."""
    rota = locked(rota, actor, expected_version)
    calling = EscalationPath.objects.filter(steps__rota=rota, state=EscalationPath.State.ACTIVE).order_by("name").first()
    if calling is not None:
        raise Conflict(f"{calling} calls this rota.", fix="Take it out of the path's steps first.")
    forget_who_is_on_call()
    return transitions.change(rota, actor=actor, kind="rota.retired", changes={"state": Rota.State.RETIRED}, reason=reason)


def locked(rota: Rota, actor: User, expected_version: int | None) -> Rota:
    """Return a rota as it stands now, held until the end. Raises StaleState when it moved, Denied by role."""
    now = Rota.objects.select_for_update(of=("self",)).select_related("team").get(pk=rota.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    require(rules.may_change_rota(actor, now))
    return now


def _put(rota: Rota, layer: RotaLayer, terms: LayerTerms, *, actor: User, reason: str) -> Rota:
    _check(terms)
    order = terms.order or layer.order if layer.pk or terms.order else _above(rota)
    if rota.layers.filter(order=order).exclude(pk=layer.pk).exists():
        raise Conflict("Another layer of this rota stands at this height.", fields={"order": ["Choose another."]})
    layer.order, layer.name, layer.rotation, layer.every = order, terms.name.strip(), terms.rotation, terms.every
    layer.handover, layer.starts_on, layer.restriction = terms.handover, terms.starts_on, dict(terms.restriction)
    transitions.check(layer)
    layer.save()
    layer.people.all().delete()
    for place, person in enumerate(terms.people, start=1):
        LayerPerson(layer=layer, order=place, person=person).save()
    forget_who_is_on_call()
    told = {
        "layer": layer.name,
        "order": order,
        "people": [person.ref for person in terms.people],
        "rotation": terms.rotation,
        "every": terms.every,
        "handover": terms.handover.isoformat("minutes"),
        "starts_on": terms.starts_on,
        "restriction": layer.restriction,
    }
    return transitions.change(rota, actor=actor, kind="rota.layer_set", changes={}, payload=told, reason=reason)


def _drop(rota: Rota, layer: RotaLayer, *, actor: User, reason: str) -> Rota:
    told = {"layer": layer.name, "order": layer.order}
    layer.delete()
    forget_who_is_on_call()
    return transitions.change(rota, actor=actor, kind="rota.layer_removed", changes={}, payload=told, reason=reason)


def _above(rota: Rota) -> int:
    return (rota.layers.aggregate(top=Max("order"))["top"] or 0) + 1


def _check(terms: LayerTerms) -> None:
    wrong: dict[str, list[str]] = {}
    if not terms.people:
        wrong["people"] = ["Somebody takes turns in it: choose at least one person."]
    elif len(terms.people) > rules.MOST_PEOPLE:
        wrong["people"] = [f"At most {rules.MOST_PEOPLE} people take turns."]
    if faults := rules.restriction_faults(terms.restriction):
        wrong["restriction"] = faults
    if wrong:
        raise Invalid("This layer cannot be kept so.", fields=wrong)
    for person in terms.people:
        require_callable(person, "people")
