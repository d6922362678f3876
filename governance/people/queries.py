"""Reads about people: who holds what, who may decide, who is there."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from governance.core import clock, company
from governance.core.contributions import OwnedSource, contributed
from governance.core.counting import count_together
from governance.people import rules
from governance.people.bench import Bench, Seat, bench, day_of
from governance.people.models import ApiToken, Delegation, Holding, Invitation, Position, Role, Team, User
from governance.people.system import system_actor

__all__ = ["Bench", "Seat", "bench", "deciders", "holders_of", "positions_of", "system_actor"]


def visible_to(user: Any) -> QuerySet[User]:
    """Return the people and service accounts that a reader may know of."""
    return User.objects.visible_to(user)


def is_empty() -> bool:
    """Whether nobody has set this installation up yet."""
    return not company.current().is_set_up and not User.objects.filter(kind=User.Kind.PERSON).exists()


def active_people() -> QuerySet[User]:
    """Return everybody who may own things now (R1)."""
    return User.objects.persons().working(clock.now()).exclude(role=Role.GUEST_AUDITOR)


def other_administrators(person: User, *, lock: bool = False) -> int:
    """Count the active administrators beside a person.

    An action asks with `lock`: of two administrators who close each other's account at the same instant, the second
    then waits for the first, and counts again.
    """
    every = User.objects.persons().filter(role=Role.ADMINISTRATOR).order_by("pk")
    found = every.select_for_update(of=("self",)) if lock else every
    now = clock.now()
    return sum(1 for each in found if each.pk != person.pk and rules.is_working(each, now))


def holders_of(position: Position | str, team: Team | None = None, on: date | None = None) -> list[User]:
    """Return who holds a position on a day (today, unless said otherwise): holders first, then deputies.

    For a position held team by team, `team` names the team; without it, every team's holders are returned.
    """
    held = Holding.objects.on(on or day_of(clock.now())).select_related("person").order_by("is_deputy", "pk")
    held = held.filter(position__key=position) if isinstance(position, str) else held.filter(position=position)
    if team is not None:
        held = held.filter(Q(team=team) | Q(team__isnull=True))
    found: dict[int, User] = {}
    for holding in held.filter(person__is_active=True):
        found.setdefault(holding.person_id, holding.person)
    return list(found.values())


def positions_of(user: User, on: date | None = None) -> QuerySet[Holding]:
    """Return a person's holdings on a day, with position and team."""
    day = on or day_of(clock.now())
    return Holding.objects.on(day).filter(person=user).select_related("position", "team")


def deciders(position: Position, team: Team | None = None, at: datetime | None = None) -> list[Seat]:
    """Return who may decide in a position at a moment: holder, deputies, delegates, each with why.

    To ask for many positions at once, take one `bench(at)` and ask that.
    """
    return bench(at).deciders(position, team)


def subtree(team: Team) -> list[Team]:
    """Return a team and all teams below it."""
    children: dict[int | None, list[Team]] = {}
    for each in Team.objects.all():
        children.setdefault(each.parent_id, []).append(each)
    found, waiting = [], [team]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(children.get(current.pk, ()))
    return found


def with_ancestors(team: Team | None) -> list[Team]:
    """Return a team and all teams above it, nearest first."""
    if team is None:
        return []
    every = {each.pk: each for each in Team.objects.all()}
    found: list[Team] = []
    current: Team | None = every.get(team.pk)
    while current is not None and current not in found:
        found.append(current)
        current = every.get(current.parent_id) if current.parent_id else None
    return found


def teams_with_counts(user: Any) -> QuerySet[Team]:
    """Return the teams a reader may see, with how many active people each has."""
    active = Count("members", filter=Q(members__is_active=True, members__kind=User.Kind.PERSON), distinct=True)
    return Team.objects.visible_to(user).select_related("parent", "lead").annotate(people=active)


def delegations_now(people: Iterable[User], at: datetime | None = None) -> QuerySet[Delegation]:
    """Return the delegations that hold at a moment and were given by these people."""
    return Delegation.objects.valid(at or clock.now()).filter(giver__in=people).select_related("receiver", "position")


def owned_by(person: User) -> list[tuple[str, list[Any]]]:
    """Return what a person is accountable for, by the key of its source, as the apps above say.

    One statement says which sources hold anything, and only those are read: there are more kinds of things to own than a
    page may ask about.
    """
    found = _sources(person)
    counts = count_together({key: rows if isinstance(rows, QuerySet) else len(rows) for key, rows in found.items()})
    return [(key, list(rows) if counts[key] else []) for key, rows in found.items()]


def count_owned(person: User) -> int:
    """Count what a person is accountable for."""
    found = _sources(person).items()
    return sum(count_together({key: rows if isinstance(rows, QuerySet) else len(rows) for key, rows in found}).values())


def _sources(person: User) -> dict[str, QuerySet[Any] | list[Any]]:
    found = {source.key: source.owned(person) for source in contributed(OwnedSource)}
    return {key: rows if isinstance(rows, QuerySet) else list(rows) for key, rows in found.items()}


def people_list(user: Any) -> QuerySet[User]:
    """Return people for the list, with their team."""
    return User.objects.visible_to(user).persons().select_related("team")


def services_list(user: Any) -> QuerySet[User]:
    """Return service accounts, with how many usable tokens each has."""
    usable = Q(tokens__revoked_at=None, tokens__expires_at__gt=clock.now())
    rows = User.objects.visible_to(user).services().select_related("team")
    return rows.annotate(usable_tokens=Count("tokens", filter=usable))


def positions_with_holders(user: Any) -> QuerySet[Position]:
    """Return positions with `held_now`: today's holdings of active people, holders first."""
    today = Holding.objects.on(day_of(clock.now())).filter(person__is_active=True)
    held = Prefetch("holdings", today.select_related("person", "team").order_by("is_deputy", "pk"), to_attr="held_now")
    return Position.objects.visible_to(user).prefetch_related(held)


def delegations_list(user: Any) -> QuerySet[Delegation]:
    """Return delegations with the people in them."""
    return Delegation.objects.visible_to(user).select_related("giver", "receiver", "position")


def invitations_list(user: Any) -> QuerySet[Invitation]:
    """Return invitations with who sent them."""
    return Invitation.objects.visible_to(user).select_related("team", "invited_by", "accepted_by")


def tokens_of(owner: User) -> QuerySet[ApiToken]:
    """Return a person's or a service account's tokens, newest first."""
    return ApiToken.objects.filter(user=owner)


def sessions_of(person: User) -> list[UserSession]:
    """Return the browsers in which a person is signed in, the latest used first; ended ones are forgotten."""
    return sorted(UserSession.objects.purge_and_list(person), key=lambda each: each.last_seen_at, reverse=True)


def today() -> date:
    """Return the company's calendar day."""
    return day_of(clock.now())


def teams_led(person: User) -> QuerySet[Team]:
    """Return the teams a person leads."""
    return Team.objects.filter(lead=person)


def positions_held(person: User) -> QuerySet[Holding]:
    """Return what a person holds or deputises in, today or later."""
    ahead = Holding.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today()), person=person)
    return ahead.select_related("position", "team", "person")


def vacant(user: Any) -> QuerySet[Position]:
    """Return the company's positions that nobody holds today; a position held team by team is its teams' matter."""
    held = Holding.objects.on(today()).filter(position=OuterRef("pk"), is_deputy=False, person__is_active=True)
    return Position.objects.visible_to(user).filter(~Exists(held), per_team=False)


def find_people(user: Any, words: str) -> QuerySet[User]:
    """Find people and service accounts by name, address or job title."""
    said = Q(name__icontains=words) | Q(email__icontains=words) | Q(title__icontains=words)
    return User.objects.visible_to(user).persons().filter(said, erased_at=None)


def find_teams(user: Any, words: str) -> QuerySet[Team]:
    """Find teams by name."""
    return Team.objects.visible_to(user).filter(name__icontains=words)


def find_positions(user: Any, words: str) -> QuerySet[Position]:
    """Find positions by name."""
    return Position.objects.visible_to(user).filter(name__icontains=words)
