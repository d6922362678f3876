"""Which names a reader may use in a question: data classes, and the vendors, endpoints, surfaces and teams that they may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from governance.core.asking import asked, foretell
from governance.core.errors import Invalid
from governance.people.models import Team
from governance.policy import queries as policy
from registry.board.book import Book, Name
from registry.board.question import NAMES, PARAMS, STANDINGS, Question
from registry.catalog.models import Endpoint, Vendor
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

SAME = {"PHI": "regulated", "PII": "personal"}
"""What trades call a class of data in other words; only where the company has that class."""


def book(user: Any) -> Book:
    """Return all that this reader's words can mean. On a page it is read in one statement."""
    return Book(_called(user))


def _called(user: Any) -> Iterator[tuple[str, Name]]:
    classes = policy.data_classes(retired=True).values_list("key", "name")
    seen = surfaces.visible_to(user).order_by().values_list("pk", "name")
    vendors = Vendor.objects.visible_to(user).order_by().values_list("key", "name")
    endpoints = Endpoint.objects.visible_to(user).order_by().values_list("key", "name", "model")
    teams = Team.objects.visible_to(user).order_by().values_list("key", "name")
    foretell([classes, seen, vendors, endpoints, teams])
    yield from _classes_called(asked(classes))
    for pk, called in asked(seen):
        key = Surface(pk=pk).key
        yield called, Name("surfaces", key, called)
        yield key, Name("surfaces", key, called)
    for key, called in asked(vendors):
        yield called, Name("vendors", key, called)
        yield key, Name("vendors", key, called)
    yield from _endpoints_called(asked(endpoints))
    for key, called in asked(teams):
        for phrase in (called, key, f"{called} team", f"team {called}"):
            yield phrase, Name("teams", key, called)


def _classes_called(classes: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Name]]:
    known = {key: Name("classes", key, called) for key, called in classes}
    for key, name in known.items():
        for phrase in (name.label, key, f"{name.label} data", f"{name.label} information"):
            yield phrase, name
    for said, key in SAME.items():
        if key in known:
            yield said, known[key]


def _endpoints_called(endpoints: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, Name]]:
    """Yield models and endpoints; an endpoint called like its model is meant by the model's name, in all regions."""
    models = {model.casefold() for _, _, model in endpoints}
    for model in dict.fromkeys(model for _, _, model in endpoints):
        yield model, Name("models", model, model)
    for key, called, _ in endpoints:
        for phrase in {called, key}:
            if phrase.casefold() not in models:
                yield phrase, Name("endpoints", key, called)


def labels(user: Any, question: Question) -> dict[tuple[str, str], str]:
    """Return how each name of a question is shown. Raises Invalid for what this reader does not know of.

    Asks only for what the question names. A model may be named that no endpoint has: programs say what they like.
    """
    known: dict[str, Mapping[str, str]] = {
        "models": {each: each for each in question.models},
        "standings": {key: said.capitalize() for key, said in STANDINGS.items()},
        "classes": _classes(question),
        "surfaces": _surfaces(user, question),
        "vendors": _by_key(Vendor.objects.visible_to(user), question.vendors),
        "endpoints": _by_key(Endpoint.objects.visible_to(user), question.endpoints),
        "teams": _by_key(Team.objects.visible_to(user), question.teams),
    }
    wrong: dict[str, list[str]] = {}
    for kind in NAMES:
        if missing := [key for key in getattr(question, kind) if key not in known[kind]]:
            wrong[PARAMS[kind]] = [f"There is no {PARAMS[kind]} {missing[0][:60]!r} that you can see."]
    if wrong:
        raise Invalid("This question names what is not there for you.", fix="Leave it out, or check its key.", fields=wrong)
    return {(kind, key): known[kind][key] for kind in NAMES for key in getattr(question, kind)}


def _classes(question: Question) -> dict[str, str]:
    return {each.key: each.name for each in policy.data_classes(retired=True)} if question.classes else {}


def _surfaces(user: Any, question: Question) -> dict[str, str]:
    numbers = numbers_of(question.surfaces)
    found = surfaces.visible_to(user).filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
    by_number = dict(found)
    return {key: by_number[number] for number, key in numbers.items() if number in by_number}


def numbers_of(keys: tuple[str, ...]) -> dict[int, str]:
    """Return the ids of surfaces by their keys (S-0418), in the way that pages write them."""
    found = ((surfaces.KEY.match(key), key) for key in keys)
    return {int(match.group(1)): key for match, key in found if match}


def _by_key(rows: Any, keys: tuple[str, ...]) -> dict[str, str]:
    return dict(rows.filter(key__in=keys).values_list("key", "name")) if keys else {}
