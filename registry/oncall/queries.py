"""Reads of on call: who is called now, which path answers, whom its steps reach. `visible_to` is the door for readers.

What alerts ask (`path_for`, `steps_of`, `targets`, `on_call`) is asked by Plumbline itself, and shows nobody anything.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch, Q, QuerySet

from governance.channels.models import Channel
from governance.core import clock
from governance.core.errors import NotVisible, Unavailable
from governance.people import queries as people
from governance.people.bench import may_decide
from governance.people.models import Position, Role, Team, User
from governance.people.rows import is_insider
from registry.oncall import reading, rules
from registry.oncall.models import CalendarFeed, EscalationPath, EscalationStep, LayerPerson, Rota, RotaLayer, RotaOverride, Route
from registry.oncall.reading import Shift
from registry.surfaces import queries as surfaces

ROUTE_KEY = re.compile(r"^(?:[Rr][Tt]-)?0*(\d{1,18})$")
ON_CALL_KEY, ON_CALL_KEPT = "on-call-now", 15  # seconds; forgotten at once when a rota changes
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: after `wait_minutes` without an acknowledgement the next one is told."""

    number: int
    wait_minutes: int


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom a step tells at a moment: people by mail, each once, and channels."""

    people: list[User]
    channels: list[Channel]

    def __bool__(self) -> bool:
        return bool(self.people or self.channels)


def on_call(rota: Rota, at: datetime) -> list[User]:
    """Return who is on call in a rota at a moment: one person, or nobody."""
    (found,) = reading.read([rota], at, at + INSTANT, working_at=at)
    person = found.on_call(at)
    return [person] if person else []


def shifts(rota: Rota, start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts of a rota between two moments (400 days at most), cut at both, as its layers stand now."""
    (found,) = reading.read([rota], start, end, working_at=clock.now())
    return found.shifts(start, end)


def shifts_of(person: User, start: datetime, end: datetime) -> list[Shift]:
    """Return a person's shifts in all active rotas between two moments, the earliest first."""
    inside = Q(layers__people__person=person) | Q(overrides__person=person, overrides__cancelled_at=None)
    rotas = Rota.objects.filter(inside, state=Rota.State.ACTIVE).distinct()
    found = [each for held in reading.read(rotas, start, end, working_at=clock.now()) for each in held.shifts(start, end)]
    return sorted((each for each in found if each.person.pk == person.pk), key=lambda each: (each.starts_at, each.rota.name))


def now_in(rotas: Iterable[Rota], at: datetime) -> dict[int, User]:
    """Return who is on call at a moment by the id of the rota, for many rotas in three queries."""
    found = reading.read(rotas, at, at + INSTANT, working_at=at)
    return {held.rota.pk: person for held in found if (person := held.on_call(at)) is not None}


def on_call_now(user: Any) -> bool:
    """Whether a person is on call in any rota now; what is known is kept for some seconds."""
    held = cache.get(ON_CALL_KEY)
    if held is None:
        called = now_in(Rota.objects.filter(state=Rota.State.ACTIVE), clock.now()).values()
        held = [person.pk for person in called]
        cache.set(ON_CALL_KEY, held, ON_CALL_KEPT)
    return user.pk in held


def route_for(*, category: str, tier: int | None, team_id: int | None, surface_id: int | None) -> Route:
    """Return the route that answers: of those that fit the one that `rules.weight` puts first. Raises Unavailable."""
    fits = Route.objects.filter(
        Q(category="") | Q(category=category),
        Q(tier=None) | Q(tier=tier),
        Q(team=None) | Q(team=team_id),
        Q(surface=None) | Q(surface=surface_id),
    ).select_related("path")
    found = max(fits, key=rules.weight, default=None)
    if found is None:
        raise Unavailable("There is no on-call route yet.", fix="Set up the company first: that makes the fallback route.")
    return found


def path_for(*, category: str, tier: int | None, team_id: int | None, surface_id: int | None) -> EscalationPath:
    """Return the path by which an incident is answered; what is not known yet is "" or None. Raises Unavailable."""
    return route_for(category=category, tier=tier, team_id=team_id, surface_id=surface_id).path


def fallback() -> Route:
    """Return the route that answers what no other does. Raises Unavailable before the company is set up."""
    return route_for(category="", tier=None, team_id=None, surface_id=None)


def steps_of(path: EscalationPath) -> list[Step]:
    """Return the steps of a path in order."""
    rows = path.steps.order_by("number", "pk").values_list("number", "wait_minutes")
    return [Step(number, wait) for number, wait in dict(rows).items()]


def targets(path: EscalationPath, number: int, at: datetime, *, team_id: int | None = None) -> Targets:
    """Return whom a step of a path tells at a moment.

    A position that is held team by team is looked up for the path's team, else for `team_id` (the surface's). The path of
    the fallback route never tells nobody: where a step of it reaches no one, every administrator is told.
    """
    return _told(path, path.steps.filter(number=number), [number], at, team_id)[number]


def targets_by_step(path: EscalationPath, at: datetime, *, team_id: int | None = None) -> dict[int, Targets]:
    """Return whom each step of a path tells at a moment, as `targets` says for one."""
    numbers = sorted({step.number for step in path.steps.all()})
    return _told(path, path.steps.all(), numbers, at, team_id)


def _told(
    path: EscalationPath, steps: QuerySet[EscalationStep], numbers: list[int], at: datetime, team_id: int | None
) -> dict[int, Targets]:
    rows = list(steps.select_related("rota", "person", "position", "channel").order_by("pk"))
    rotas = {step.rota.pk: step.rota for step in rows if step.rota is not None and step.rota.state == Rota.State.ACTIVE}
    called = now_in(rotas.values(), at) if rotas else {}
    bench = people.bench(at) if any(step.position_id for step in rows) else None
    found = {number: Targets([], []) for number in numbers}
    for step in rows:
        told = found[step.number]
        known = {person.pk for person in told.people}
        told.people.extend(each for each in _people(step, called, bench, at, path.team_id or team_id) if each.pk not in known)
        if step.channel is not None and step.channel.state == Channel.State.ACTIVE and step.channel not in told.channels:
            told.channels.append(step.channel)
    empty = [number for number, told in found.items() if not told]
    if empty and path.routes.filter(rules.OPEN).exists():
        everybody = administrators(at)
        found |= {number: Targets(list(everybody), []) for number in empty}
    return found


def _people(
    step: EscalationStep, called: Mapping[int, User], bench: people.Bench | None, at: datetime, team_id: int | None
) -> list[User]:
    if step.rota_id is not None:
        return [called[step.rota_id]] if step.rota_id in called else []
    if step.person is not None:
        return [step.person] if may_decide(step.person, at) else []
    return seated(bench, step.position, team_id) if step.position is not None and bench is not None else []


def administrators(at: datetime) -> list[User]:
    """Return everybody who administers the installation at a moment; there is always one."""
    return list(User.objects.persons().working(at).filter(role=Role.ADMINISTRATOR).order_by("pk"))


def seated(bench: people.Bench, position: Position | int, team: Team | int | None) -> list[User]:
    """Return whom a position reaches: its holders and whom they delegated to; its deputies where nobody holds it."""
    seats = bench.deciders(position, team)
    holders = {seat.person.pk for seat in seats if seat.why == "holder"}
    if holders:
        seats = [seat for seat in seats if seat.why == "holder" or (seat.giver is not None and seat.giver.pk in holders)]
    return [seat.person for seat in seats]


def rotas(user: Any) -> QuerySet[Rota]:
    """Return the rotas that a person may see, with their layers and people."""
    places = Prefetch("people", LayerPerson.objects.select_related("person"))
    layers = Prefetch("layers", RotaLayer.objects.prefetch_related(places))
    return Rota.objects.visible_to(user).select_related("team__lead").prefetch_related(layers)


def rota(user: Any, key: str) -> Rota:
    """Return a rota by its key. Raises NotVisible."""
    found = rotas(user).filter(key=key).first()
    if found is None:
        raise NotVisible(f"There is no rota {key[:60]} that you can see.", fix="Look through the list of rotas.")
    return found


def overrides_of(rota: Rota) -> QuerySet[RotaOverride]:
    """Return the overrides of a rota that run or are to come, the next one first."""
    ahead = RotaOverride.objects.filter(rota=rota, cancelled_at=None, ends_at__gt=clock.now())
    return ahead.select_related("person").order_by("starts_at")


def override(user: Any, rota: Rota, number: int) -> RotaOverride:
    """Return an override of a rota. Raises NotVisible."""
    found = RotaOverride.objects.filter(rota=rota, pk=number).select_related("person", "rota__team__lead").first()
    if found is None or not is_insider(user):
        raise NotVisible("There is no such override of this rota.", fix="Look at the rota: it may be over.")
    return found


def is_in(user: Any, rota: Rota) -> bool:
    """Whether a person takes turns in a rota or is in its team, and so may cover for others there."""
    return user.team_id == rota.team_id or LayerPerson.objects.filter(layer__rota=rota, person=user).exists()


def paths(user: Any) -> QuerySet[EscalationPath]:
    """Return the escalation paths that a person may see, with their steps."""
    steps = EscalationStep.objects.select_related("rota", "person", "position", "channel")
    return EscalationPath.objects.visible_to(user).select_related("team__lead").prefetch_related(Prefetch("steps", steps))


def path(user: Any, key: str) -> EscalationPath:
    """Return a path by its key. Raises NotVisible."""
    found = paths(user).filter(key=key).first()
    if found is None:
        raise NotVisible(f"There is no escalation path {key[:60]} that you can see.", fix="Look through the list of paths.")
    return found


def routes(user: Any) -> QuerySet[Route]:
    """Return the routes that a person may see: those of a surface only with the surface (R3)."""
    if not is_insider(user):
        return Route.objects.none()
    seen = Q(surface=None) | Q(surface__in=surfaces.visible_to(user).values("pk"))
    return Route.objects.filter(seen).select_related("path", "team__lead", "surface__owner", "surface__team__lead")


def route(user: Any, key: str) -> Route:
    """Return a route by its key (RT-3). Raises NotVisible."""
    found = ROUTE_KEY.match(key)
    row = routes(user).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no route {key[:40]} that you can see.", fix="Look through the list of routes.")
    return row


def feeds(user: Any) -> QuerySet[CalendarFeed]:
    """Return the calendar feeds that a person made and did not revoke; administrators see all."""
    held = CalendarFeed.objects.filter(revoked_at=None).select_related("rota", "person", "owner")
    return held if is_insider(user) and user.role == Role.ADMINISTRATOR else held.filter(owner_id=user.pk)
