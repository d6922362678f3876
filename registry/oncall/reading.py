"""From rows to the arithmetic of schedule.py and back: who takes turns now, with people in place of numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from governance.people.bench import may_decide
from governance.people.models import User
from registry.oncall import schedule
from registry.oncall.models import LayerPerson, Rota, RotaLayer, RotaOverride
from registry.oncall.schedule import Layer, Override, Plan, Window


@dataclass(frozen=True, slots=True)
class Shift:
    """A person on call in a rota from a moment to another (UTC); `layer` is its name, empty for an override."""

    rota: Rota
    starts_at: datetime
    ends_at: datetime
    person: User
    layer: str

    @property
    def is_override(self) -> bool:
        """Whether somebody took this over from whoever had the turn."""
        return not self.layer


@dataclass(frozen=True, slots=True)
class Read:
    """A rota with what the arithmetic needs, its layers' names by order and its people by number."""

    rota: Rota
    plan: Plan
    names: Mapping[int, str]
    people: Mapping[int, User]

    def on_call(self, at: datetime) -> User | None:
        """Return who is on call at a moment."""
        found = schedule.at(self.plan, at)
        return self.people[found.person] if found else None

    def shifts(self, start: datetime, end: datetime) -> list[Shift]:
        """Return the shifts between two moments, cut at both."""
        return [
            Shift(self.rota, each.starts_at, each.ends_at, self.people[each.person], self.names.get(each.layer or 0, ""))
            for each in schedule.shifts(self.plan, start, end)
        ]


def read(rotas: Iterable[Rota], start: datetime, end: datetime, *, working_at: datetime) -> list[Read]:
    """Read rotas whole, with the overrides between two moments: three queries, whatever their number.

    Whoever cannot act at `working_at` is passed over: the next one in the turns takes theirs, the others keep their own.
    """
    rotas = list(rotas)
    ids = [rota.pk for rota in rotas]
    layers: defaultdict[int, list[RotaLayer]] = defaultdict(list)
    for layer in RotaLayer.objects.filter(rota__in=ids).order_by("order"):
        layers[layer.rota_id].append(layer)
    places: defaultdict[int, list[LayerPerson]] = defaultdict(list)
    for place in LayerPerson.objects.filter(layer__rota__in=ids).select_related("person").order_by("order"):
        places[place.layer_id].append(place)
    overrides: defaultdict[int, list[RotaOverride]] = defaultdict(list)
    held = RotaOverride.objects.filter(rota__in=ids, cancelled_at=None, starts_at__lt=end, ends_at__gt=start)
    for override in held.select_related("person").order_by("pk"):
        overrides[override.rota_id].append(override)
    return [_read(rota, layers[rota.pk], places, overrides[rota.pk], working_at) for rota in rotas]


def _read(
    rota: Rota,
    layers: Sequence[RotaLayer],
    places: Mapping[int, Sequence[LayerPerson]],
    overrides: Sequence[RotaOverride],
    working_at: datetime,
) -> Read:
    people = {place.person_id: place.person for layer in layers for place in places.get(layer.pk, ())}
    people |= {override.person_id: override.person for override in overrides}
    there = {pk for pk, person in people.items() if may_decide(person, working_at)}
    plan = Plan(
        ZoneInfo(rota.time_zone),
        tuple(_layer(layer, stand_in([place.person_id for place in places.get(layer.pk, ())], there)) for layer in layers),
        tuple(Override(each.person_id, each.starts_at, each.ends_at) for each in overrides if each.person_id in there),
    )
    return Read(rota, plan, {layer.order: layer.name for layer in layers}, people)


def stand_in(turns: Sequence[int], there: set[int]) -> tuple[int, ...]:
    """Return the turns with whoever is not there replaced by the next one who is; empty when nobody is."""
    if not any(person in there for person in turns):
        return ()
    twice = [*turns, *turns]
    return tuple(next(person for person in twice[number:] if person in there) for number in range(len(turns)))


def _layer(layer: RotaLayer, people: tuple[int, ...]) -> Layer:
    window = window_of(layer.restriction)
    return Layer(layer.order, people, layer.rotation, layer.every, layer.handover, layer.starts_on, window)


def window_of(restriction: Mapping[str, Any]) -> Window | None:
    """Return a restriction as it is stored as a window, None for always."""
    if not restriction:
        return None
    since, until = (time.fromisoformat(restriction[name]) for name in ("from", "to"))
    return Window(frozenset(restriction["weekdays"]), since, until)
