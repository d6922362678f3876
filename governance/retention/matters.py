"""What a legal hold can name beside people and kinds of record: surfaces and incidents, contributed by those who own them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.core.contributions import RetentionKind, contributed
from governance.core.errors import Invalid, NotVisible
from governance.people import lookups
from governance.people.models import User


@dataclass(frozen=True)
class HeldMatter:
    """Things that a hold may name: `key` is "surfaces" or "incidents", a field of the hold.

    `load(user, key)` returns a thing that the person sees by its key, or raises NotVisible; `named(ids)` returns
    (key, name, address) for ids that still exist.
    """

    key: str
    label: str
    example: str
    load: Callable[[Any, str], Any]
    named: Callable[[Iterable[int]], Iterable[tuple[str, str, str]]]
    order: int = 100


def matters() -> list[HeldMatter]:
    """Return what can be held beside people and kinds of record."""
    return contributed(HeldMatter)


def kinds() -> dict[str, str]:
    """Return the kinds of record that can be held, as key -> label."""
    return {kind.key: kind.label for kind in contributed(RetentionKind)}


def resolve(user: User, given: Mapping[str, Iterable[str]]) -> dict[str, list[Any]]:
    """Return what a hold names as it is stored, from references, keys and kinds as somebody typed them.

    Names that are left out stay out of the answer. Raises Invalid that names each field with what it does not know.
    """
    found: dict[str, list[Any]] = {}
    wrong: dict[str, list[str]] = {}
    for name, words in given.items():
        try:
            found[name] = _resolved(user, name, [word.strip() for word in words if word.strip()])
        except (Invalid, NotVisible) as error:
            wrong[name] = [str(error)]
    if wrong:
        raise Invalid("Something that is named is not known.", fields=wrong)
    return found


def _resolved(user: User, name: str, words: list[str]) -> list[Any]:
    if name == "people":
        return sorted({lookups.person(word, field="people", active=False).ref for word in words})
    if name == "kinds":
        if unknown := [word for word in words if word not in kinds()]:
            raise Invalid(f"{unknown[0]} is no kind of record; known are {', '.join(kinds())}.")
        return sorted(set(words))
    matter = next(each for each in matters() if each.key == name)
    return sorted({matter.load(user, word).pk for word in words})
