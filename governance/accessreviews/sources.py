"""Where access comes from: each kind with what is held now, and the action that takes one away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from governance.core.contributions import contributed, contribution


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that somebody may do now: `id` names it among its kind, `what` says it without naming a person."""

    id: str
    what: str
    person: Any = None
    url: str = ""
    since: date | None = None
    until: date | None = None
    used_on: date | None = None


@dataclass(frozen=True)
class AccessSource:
    """A kind of access.

    `held(ids)` yields what is held now, all of it or only these ids; `revoke(id, actor, reason)` takes one away by the
    action that its feature has for it, with that action's own permission. `says` tells what revoking does.
    """

    key: str
    label: str
    says: str
    held: Callable[[Iterable[str] | None], Iterable[Held]]
    revoke: Callable[[str, Any, str], Any]
    order: int = 100


def sources() -> list[AccessSource]:
    """Return all kinds of access."""
    return contributed(AccessSource)


def labels() -> dict[str, str]:
    """Return kinds of access as key -> label."""
    return {source.key: source.label for source in sources()}


def source_of(key: str) -> AccessSource:
    """Return one kind of access. Raises LookupError for one that is not there any more."""
    return contribution(AccessSource, key)


def numbers(ids: Iterable[str] | None) -> dict[str, list[int]]:
    """Return what narrows rows to ids as a filter: none for all."""
    return {} if ids is None else {"pk__in": [int(each) for each in ids]}
