"""Who may decide in a position at a moment: holders, deputies, delegates, with the reason for each.

A position that is held team by team is looked up from the team upwards: the nearest team with a holder decides, then
whoever holds it for the whole company. A team's lead holds the position `team-lead` of that team without further ado.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import QuerySet

from governance.core import clock, company
from governance.ledger.together import read_together
from governance.people.models import Delegation, Holding, Position, Team, User
from governance.people.roles import READS_ONLY

TEAM_LEAD = "team-lead"
ZONE_KEY, ZONE_KEPT = "company-zone", 60  # seconds; forgotten at once when the company changes it
Place = tuple[int, int | None]  # a position's id, and the team's where it is held team by team
Why = Literal["holder", "deputy", "delegate"]
RANK: dict[Why, int] = {"holder": 0, "deputy": 1, "delegate": 2}


@dataclass(frozen=True)
class Seat:
    """A place somebody may decide from: a position, for one team or for the whole company."""

    position_id: int
    team_id: int | None
    person: User
    why: Why
    giver: User | None = None

    @property
    def reason(self) -> str:
        """Why this person may decide, in words."""
        if self.why == "delegate":
            return f"delegated by {self.giver}"
        return "holds the position" if self.why == "holder" else "deputy"


@dataclass
class Bench:
    """All seats at one moment, read with two queries, then asked as often as one likes."""

    at: datetime
    own: dict[Place, list[Seat]] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    per_team: dict[int, bool] = field(default_factory=dict)
    delegations: dict[int, list[Delegation]] = field(default_factory=dict)

    def deciders(self, position: Position | int, team: Team | int | None = None) -> list[Seat]:
        """Return who may decide, holders first; each person once, by their best reason."""
        position_id = position if isinstance(position, int) else position.pk
        found = self._seated(position_id, _pk(team))
        given = [
            Seat(position_id, seat.team_id, each.receiver, "delegate", giver=seat.person)
            for seat in found
            for each in self.delegations.get(seat.person.pk, ())
            if each.position_id in (None, position_id)
        ]
        best: dict[int, Seat] = {}
        for seat in (*found, *given):
            best.setdefault(seat.person.pk, seat)
        return list(best.values())

    def seat_of(self, person: User, position: Position | int, team: Team | int | None = None) -> Seat | None:
        """Return the seat from which a person may decide, or None."""
        return next((seat for seat in self.deciders(position, team) if seat.person.pk == person.pk), None)

    def held_by(self, person: User) -> list[Seat]:
        """Return the seats a person has of their own (not by delegation)."""
        return [seat for seats in self.own.values() for seat in seats if seat.person.pk == person.pk]

    def _seated(self, position_id: int, team_id: int | None) -> list[Seat]:
        if self.per_team.get(position_id):
            seen: set[int] = set()
            while team_id is not None and team_id not in seen:
                if seats := self.own.get((position_id, team_id)):
                    return seats
                seen.add(team_id)
                team_id = self.parents.get(team_id)
        return self.own.get((position_id, None), [])


def bench(at: datetime | None = None) -> Bench:
    """Read all seats as they stand at a moment (now, unless said otherwise)."""
    at = at or clock.now()
    made = Bench(at)
    teams, positions, holdings, delegations = _read(at)
    made.parents = {team.pk: team.parent_id for team in teams}
    made.per_team = {position.pk: position.per_team for position in positions}
    seats: defaultdict[Place, list[Seat]] = defaultdict(list)
    for holding in holdings:
        why: Why = "deputy" if holding.is_deputy else "holder"
        _seat(seats, (holding.position_id, holding.team_id), holding.person, why, at)
    lead_position = next((position.pk for position in positions if position.key == TEAM_LEAD), None)
    if lead_position is not None:
        for team in teams:
            if team.lead is not None:
                _seat(seats, (lead_position, team.pk), team.lead, "holder", at)
    made.own = {place: sorted(found, key=lambda seat: RANK[seat.why]) for place, found in seats.items()}
    made.delegations = _given(delegations, at)
    return made


def day_of(at: datetime) -> date:
    """Return the company's calendar day at a moment: holdings begin and end with days."""
    zone = cache.get_or_set(ZONE_KEY, lambda: company.current().time_zone, ZONE_KEPT)
    return at.astimezone(ZoneInfo(str(zone))).date()


def may_decide(person: User, at: datetime) -> bool:
    """Whether a person's account lets them decide at all."""
    active = person.is_active and (person.expires_at is None or person.expires_at > at)
    return active and person.kind == User.Kind.PERSON and person.role not in READS_ONLY


def _read(at: datetime) -> tuple[list[Team], list[Position], list[Holding], list[Delegation]]:
    """Return all that seats come from, with its people: one query for the structure, one for the people."""
    asked: tuple[QuerySet[Any], ...] = (
        Team.objects.all(),
        Position.objects.all(),
        Holding.objects.on(day_of(at)),
        Delegation.objects.valid(at),
    )
    found: defaultdict[type[Any], list[Any]] = defaultdict(list)
    for row in read_together((rows, rows.model._meta.concrete_fields) for rows in asked):
        found[type(row)].append(row)
    people = User.objects.in_bulk(
        {team.lead_id for team in found[Team] if team.lead_id is not None}
        | {holding.person_id for holding in found[Holding]}
        | {each.receiver_id for each in found[Delegation]}
    )
    for team in found[Team]:
        team.lead = people.get(team.lead_id)
    for holding in found[Holding]:
        holding.person = people[holding.person_id]
    for each in found[Delegation]:
        each.receiver = people[each.receiver_id]
    holdings = sorted(found[Holding], key=lambda held: (held.is_deputy, held.starts_on, held.pk))
    return found[Team], found[Position], holdings, sorted(found[Delegation], key=lambda each: each.pk)


def _seat(seats: dict[Place, list[Seat]], place: Place, person: User, why: Why, at: datetime) -> None:
    if may_decide(person, at) and all(seat.person.pk != person.pk for seat in seats[place]):
        seats[place].append(Seat(*place, person, why))


def _given(delegations: Iterable[Delegation], at: datetime) -> dict[int, list[Delegation]]:
    found: defaultdict[int, list[Delegation]] = defaultdict(list)
    for each in delegations:
        if may_decide(each.receiver, at):
            found[each.giver_id].append(each)
    return dict(found)


def _pk(thing: Team | int | None) -> int | None:
    return thing if thing is None or isinstance(thing, int) else thing.pk
