"""What an answer cannot know: calls whose data is not known, surfaces that are live and unheard of, sources that fell silent."""

from typing import Any

from governance.people import roles
from registry.board import gathering
from registry.board.naming import numbers_of
from registry.board.question import Question
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState
from registry.usage.models import UsageSource

SHOWN = 50
"""So many surfaces are named; the others are counted."""


def plain(user: Any, question: Question) -> dict[str, Any]:
    """Return the blind spots of an answer: of what it is narrowed to, where that can be told."""
    paths, calls = gathering.of_no_class(user, question) if question.classes else (0, 0)
    heard, sources = gathering.heard(user, question)
    told = not _narrowed_by_what_ran(question)
    silent = _silent(user, question, heard) if told else []
    return {
        "no_class": {"paths": paths, "calls": calls},
        "surfaces": {"told": told, "count": len(silent), "first": silent[:SHOWN]},
        "sources": _sources(user, question, sources),
    }


def _narrowed_by_what_ran(question: Question) -> bool:
    """Whether a question is about something of which a silent surface says nothing."""
    return bool(question.models or question.vendors or question.endpoints or question.standings)


def _silent(user: Any, question: Question, heard: set[int]) -> list[dict[str, str]]:
    found = surfaces.visible_to(user).filter(state=SurfaceState.LIVE, in_force_since__date__lte=question.end)
    if question.surfaces:
        found = found.filter(pk__in=numbers_of(question.surfaces))
    if question.teams:
        found = found.filter(team__key__in=question.teams)
    rows = found.order_by("-tier", "pk").values_list("pk", "name")
    return [{"key": Surface(pk=pk).key, "name": name} for pk, name in rows if pk not in heard]


def _sources(user: Any, question: Question, heard: set[int]) -> list[dict[str, str]]:
    """Return the sources that may send and sent nothing in these days; only readers of all know of sources of others."""
    if not roles.reads_all(user):
        return []
    found = UsageSource.objects.filter(state=UsageSource.State.ACTIVE, created_at__date__lte=question.end)
    return [{"key": each.key, "name": each.name} for each in found.order_by("name") if each.pk not in heard]
