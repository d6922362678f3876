"""Finds people by the reference or address that a caller gave, with an error that says what to do."""

from collections.abc import Iterable
from typing import Any

from governance.core.errors import Invalid
from governance.people.models import User


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
