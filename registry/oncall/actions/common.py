"""What the actions of on call share."""

import zoneinfo
from functools import cache
from typing import Any

from django.core.cache import cache as kept
from django.db import transaction
from django.utils.text import slugify

from governance.core.errors import Invalid
from governance.people import rules as people_rules
from governance.people.models import User
from registry.oncall.queries import ON_CALL_KEY


def forget_who_is_on_call() -> None:
    """Let the frame of the pages ask anew who is on call, once this is committed."""
    transaction.on_commit(lambda: kept.delete(ON_CALL_KEY))


def free_key(model: Any, name: str, wanted: str = "") -> str:
    """Return a key for a new row: the wanted one, or one made of its name that nobody has yet. Raises Invalid without a name."""
    if wanted:
        return wanted
    base = slugify(name)[:50].strip("-")
    if not base:
        raise Invalid("The name needs a letter or a number.", fields={"name": ["Give it a name with a letter or a number."]})
    taken = set(model.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)


@cache
def zones() -> tuple[str, ...]:
    """Return the time zones that exist, by name; looking through them takes a while, and they stay the same."""
    return tuple(sorted(zoneinfo.available_timezones()))


def require_zone(name: str) -> None:
    """Refuse a time zone that does not exist."""
    if name not in zones():
        raise Invalid(
            f"There is no time zone named {name[:60]!r}.",
            fix="Choose one such as Europe/Berlin.",
            fields={"time_zone": ["Choose one such as Europe/Berlin."]},
        )


def require_callable(person: User, field: str) -> None:
    """Refuse somebody who could not act when called: who left, service accounts, auditors, guests."""
    verdict = people_rules.may_hold(person)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={field: [verdict.reason]})
