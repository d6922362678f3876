"""The agenda of a review, made from what features hold: sections in their order, lines as they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from governance.core import asking
from governance.core.contributions import AgendaLine, AgendaSection, ReviewSubject, contributed, contribution
from governance.reviews import queries
from governance.reviews.models import Review

MOST = 40
"""Lines of a section: an agenda is read aloud."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a review looks at, both included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Made:
    """A line of an agenda with the section it stands in."""

    section: str
    label: str
    line: AgendaLine


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it is shown: its lines, or what is said where there are none."""

    key: str
    label: str
    lines: Sequence[Any]
    quiet: str


def subject_of(review: Review) -> Any:
    """Return the thing that a review looks at; None where it looks at everything, or where the thing is gone."""
    if not review.subject_id:
        return None
    return contribution(ReviewSubject, review.kind).load(review.subject_id)


def sections_of(kind: str) -> list[AgendaSection]:
    """Return the sections of a kind of review, in their order."""
    return [section for section in contributed(AgendaSection) if section.kind == kind]


def made(review: Review) -> list[Made]:
    """Return all lines of a review's agenda as what is held makes them now."""
    window, subject = Window(review.since, review.until), subject_of(review)
    sections, found = sections_of(review.kind), []
    asking.foretell([rows for section in sections for rows in section.asks(window, subject)])
    for section in sections:
        lines = list(section.lines(window, subject))
        found += [Made(section.key, section.label, line) for line in lines[:MOST]]
        if len(lines) > MOST:
            found.append(Made(section.key, section.label, AgendaLine(f"and {len(lines) - MOST} more")))
    return found


def shown(user: Any, review: Review) -> tuple[list[Section], int]:
    """Return the agenda as a person may see it, by section, and how many lines are left out: frozen, or as it would be now."""
    by_section: dict[str, list[Any]]
    labels: dict[str, str] = {}
    if review.state == Review.State.PLANNED:
        held, left_out = queries.seen(user, made(review), lambda each: (each.line.about[0], str(each.line.about[1])))
        by_section = {key: [each.line for each in group] for key, group in groupby(held, key=lambda each: each.section)}
    else:
        lines, left_out = queries.agenda(user, review)
        by_section = {key: list(group) for key, group in groupby(lines, key=lambda each: each.section)}
        labels = {each.section: each.label for each in lines}
    known = [(section.key, section.label, section.quiet) for section in sections_of(review.kind)]
    gone = [(key, label, "") for key, label in labels.items() if key not in {each[0] for each in known}]
    return [Section(key, label, by_section.get(key, []), quiet) for key, label, quiet in [*known, *gone]], left_out
