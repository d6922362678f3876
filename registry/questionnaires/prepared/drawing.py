"""Prepared answers as they stand now for a person: computed from the records they may see, kept for a few minutes."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.core.cache import cache as kept

from governance.core.contributions import contributed
from governance.people import roles
from governance.policy import queries as policy
from registry.questionnaires.extensions import PreparedAnswers
from registry.questionnaires.prepared import company, data, oversight, stopping, vendors  # noqa: F401 - each answers its questions
from registry.questionnaires.prepared.facts import gather
from registry.questionnaires.prepared.saying import Prepared, questions
from registry.questionnaires.sources import MOST, Source, dated, named

KEPT = 300
"""Seconds for which pages show the same answers; each says as of when. What goes into a proposal is computed then."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A prepared answer as it stands at a moment; without sources it is unanswered, and `missing` says why."""

    key: str
    number: int
    question: str
    wordings: tuple[str, ...]
    codes: tuple[str, ...]
    short: str
    text: str
    sources: tuple[Source, ...]
    as_of: datetime
    missing: str
    partial: bool

    @property
    def is_answered(self) -> bool:
        """Whether the records show an answer."""
        return bool(self.text and self.sources)


@cache
def _own() -> tuple[Prepared, ...]:
    return tuple(questions())


def prepared() -> list[Prepared]:
    """Return all prepared questions, ours and those of apps above, by number."""
    found = [*_own(), *(each for more in contributed(PreparedAnswers) for each in more.answers())]
    return sorted(found, key=lambda each: (each.number, each.key))


def drawn(user: Any, *, fresh: bool = False) -> list[Drawn]:
    """Return all prepared answers over what a person may see; those of a few minutes ago unless `fresh`."""
    whose = "all" if roles.reads_all(user) else f"u{user.pk}"
    stamp = f"prepared:{whose}:{policy.in_force().digest}"
    found: list[Drawn] | None = None if fresh else kept.get(stamp)
    if found is None:
        found = _draw(user)
        kept.set(stamp, found, KEPT)
    return found


def _draw(user: Any) -> list[Drawn]:
    facts = gather(user)
    said = [(each, each.answer(facts)) for each in prepared()]
    cited = {id(one): [named(thing) for thing in one.things[:MOST]] for _, one in said}
    numbered = {(each.type, each.id): each for each in dated([each for found in cited.values() for each in found])}
    return [
        Drawn(
            key=each.key,
            number=each.number,
            question=each.question,
            wordings=each.wordings,
            codes=each.codes,
            short=one.short if one.is_answered else "",
            text=one.text if one.is_answered else "",
            sources=tuple(numbered[source.type, source.id] for source in cited[id(one)]) if one.is_answered else (),
            as_of=facts.at,
            missing="" if one.is_answered else (one.missing or "Nothing held here shows an answer."),
            partial=not facts.sees_all,
        )
        for each, one in said
    ]
