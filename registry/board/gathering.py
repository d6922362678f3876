"""What was observed of a question, read through the doors of usage: sums of paths and days, never single calls."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from governance.people.models import Team
from registry.board.grouping import Seen
from registry.board.naming import numbers_of
from registry.board.question import Question
from registry.catalog.models import Endpoint, Vendor
from registry.usage import queries as usage
from registry.usage.queries import Where

COLUMNS = (
    "pk", "standing", "surface_id", "endpoint_id", "revision_id", "claim", "service", "provider", "model", "region", "tool",
    "classes_from", "classes", "reasons",
)  # fmt: skip
FEW = 2_000
"""So many paths are asked for by id; more are read by what limits them."""


def where(user: Any, question: Question) -> Where:
    """Return what limits the observations that a question is about.

    A model is meant both as programs say it and as the catalogue calls what they reached: paths by either are found first.
    """
    found = Where(
        surfaces=tuple(numbers_of(question.surfaces)) if question.surfaces else None,
        teams=_ids(Team, question.teams),
        vendors=_ids(Vendor, question.vendors),
        endpoints=_ids(Endpoint, question.endpoints),
        data_classes=question.classes or None,
        standing=question.standings or None,
    )
    return replace(found, paths=_of_models(user, found, question.models)) if question.models else found


def _ids(model: Any, keys: tuple[str, ...]) -> tuple[int, ...] | None:
    return tuple(model.objects.filter(key__in=keys).values_list("pk", flat=True)) if keys else None


def _of_models(user: Any, limit: Where, models: tuple[str, ...]) -> tuple[int, ...]:
    reached = tuple(Endpoint.objects.filter(model__in=models).values_list("pk", flat=True))
    found: set[int] = set(usage.paths(user, replace(limit, models=models)).values_list("pk", flat=True))
    if reached:
        within = [pk for pk in reached if limit.endpoints is None or pk in limit.endpoints]
        found |= set(usage.paths(user, replace(limit, endpoints=within)).values_list("pk", flat=True))
    return tuple(sorted(found))


def seen(user: Any, question: Question) -> list[Seen]:
    """Return every path with calls that a question is about, as this reader sees it. Two statements, and one for models."""
    limit = where(user, question)
    counts = usage.counts(user, start=question.start, end=question.end, where=limit)
    return [
        Seen._make((pk, *counts[pk], *said, classes.split(), tuple(reasons)))
        for pk, *said, classes, reasons in _paths(user, limit, counts)
        if pk in counts
    ]


def _paths(user: Any, limit: Where, wanted: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    ids = list(wanted)
    if not ids:
        return ()
    rows = usage.visible_to(user).filter(pk__in=ids) if len(ids) <= FEW else usage.paths(user, limit)
    return rows.order_by().values_list(*COLUMNS)


def of_no_class(user: Any, question: Question) -> tuple[int, int]:
    """Return on how many paths it is not known which data was touched, and how many calls that were, in the same days."""
    limit = replace(where(user, question.without("classes")), data_classes=None)
    ids = list(usage.paths(user, limit).filter(classes_from="nowhere").values_list("pk", flat=True))
    if not ids:
        return 0, 0
    found = usage.counts(user, start=question.start, end=question.end, where=Where(paths=ids))
    return len(found), sum(calls for calls, _, _ in found.values())


def heard(user: Any, question: Question) -> tuple[set[int], set[int]]:
    """Return the surfaces and the sources of which anything was observed in the days of a question."""
    rows = usage.sums(user, start=question.start, end=question.end, by=("surface", "source"))
    surfaces = {row.of["surface"] for row in rows if row.of["surface"]}
    return surfaces, {row.of["source"] for row in rows if row.of["source"]}
