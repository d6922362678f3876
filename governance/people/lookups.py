"""Finds people by the reference or address that a caller gave, with an error that says what to do."""

from collections.abc import Iterable
from typing import Any

from governance.core.errors import Invalid
from governance.people.models import Position, Team, User


def person(said: str, *, field: str = "person", active: bool = True) -> User:
    """Return the person with this reference (p_...) or e-mail address. Raises Invalid beside the field."""
    found = _find([said]).get(said.casefold())
    if found is None or (active and not found.is_active):
        problem = "has left" if found is not None else "is nobody we know"
        raise Invalid(
            f"{said[:80]} {problem}.",
            fix="Give an active person's reference or e-mail address.",
            fields={field: [f"{said[:80]} {problem}."]},
        )
    return found


def person_or_none(said: str | None, **more: Any) -> User | None:
    """Return the person, or None where nothing was said."""
    return person(said, **more) if said else None


def _find(said: Iterable[str]) -> dict[str, User]:
    wanted = [each.casefold() for each in said]
    by_ref = {user.ref: user for user in User.objects.filter(ref__in=wanted)}
    by_mail = {user.email.casefold(): user for user in User.objects.filter(email__in=[*said, *wanted])}
    return by_mail | by_ref


def team(key: str, *, field: str = "team") -> Team:
    """Return the team with this key. Raises Invalid beside the field."""
    return _keyed(Team, key, field)


def team_or_none(key: str | None, *, field: str = "team") -> Team | None:
    """Return the team, or None where nothing was said."""
    return team(key, field=field) if key else None


def position(key: str, *, field: str = "position") -> Position:
    """Return the position with this key. Raises Invalid beside the field."""
    return _keyed(Position, key, field)


def position_or_none(key: str | None, *, field: str = "position") -> Position | None:
    """Return the position, or None where nothing was said."""
    return position(key, field=field) if key else None


def _keyed(model: Any, key: str, field: str) -> Any:
    found = model.objects.filter(key=key).first()
    if found is None:
        what = model._meta.verbose_name
        problem = f"There is no {what} with the key {key[:60]!r}."
        raise Invalid(problem, fix=f"Give a {what}'s key, as its address shows it.", fields={field: [problem]})
    return found
