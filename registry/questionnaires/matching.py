"""The search over answers: which of those that exist is asked for by a question, and how surely. Pure; no model."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz

from governance.core.tabular.choices import fold
from registry.questionnaires.meaning import tokens

LEAST = 0.45
"""Below this nothing is proposed: a wrong proposal costs more than none."""
SURE = 0.8
CERTAIN = 0.9
"""From here on a proposal may be taken together with others; a person still looks at the text."""
NEAR = 0.05
"""A proposal is sure only where the next best fits worse by this much: two that fit alike mean that neither is known."""
ENOUGH = 3.0
"""The weight of words from which on they say what is asked: "Do you use AI?" alone fits everything."""
LOOKED_AT = 12
BEFORE = {"library": 0.04, "prepared": 0.02}
"""What was agreed on comes before live records, and these before earlier answers, where they fit about as well."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that can be proposed, with all the ways in which its question is asked.

    Without `text` it is a prepared question that nothing held here answers; `stale` then says what would.
    """

    origin: str
    reference: str
    wordings: tuple[str, ...]
    text: str
    short: str = ""
    codes: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    as_of: datetime | None = None
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate for a question: in which wording it was found, and how surely, from 0 to 1."""

    candidate: Candidate
    asked: str
    score: float


@dataclass
class Index:
    """Candidates made ready for many questions."""

    candidates: Sequence[Candidate]
    wordings: list[tuple[int, str, str, frozenset[str], float]] = field(default_factory=list)
    posted: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, float] = field(default_factory=dict)
    exact: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = [(owner, said, tokens(said)) for owner, each in enumerate(self.candidates) for said in each.wordings]
        seen = Counter(token for _, _, found in asked for token in found)
        total = len(asked) + 1
        self.weights = {token: math.log(1 + total / number) for token, number in seen.items()}
        self.unknown = 0.7 * math.log(1 + total)
        for owner, said, found in asked:
            place = len(self.wordings)
            self.wordings.append((owner, said, fold(said), found, self._weigh(found)))
            self.exact[fold(said)].append(place)
            for token in found:
                self.posted[token].append(place)
        for owner, each in enumerate(self.candidates):
            for code in each.codes:
                self.codes.setdefault(code.casefold(), owner)

    def _weigh(self, found: Iterable[str]) -> float:
        return sum(self.weights.get(token, self.unknown) for token in found)

    def best(self, text: str, code: str = "", *, limit: int = 3, refused: Collection[str] = ()) -> list[Match]:
        """Return the likeliest candidates, the best first, each once; none below LEAST."""
        said, asked = fold(text), tokens(text)
        scores: dict[int, Match] = {}
        for place in self.exact.get(said, ()):
            self._take(scores, place, 1.0, refused)
        for place in self._nearest(asked):
            self._take(scores, place, self._score(said, asked, place), refused)
        owner = self.codes.get(code.strip().casefold())
        if owner is not None and self.candidates[owner].reference not in refused:
            had = scores.get(owner)
            asked_as = had.asked if had else self.candidates[owner].wordings[0]
            scores[owner] = Match(self.candidates[owner], asked_as, max(had.score if had else 0.0, 0.9))
        found = sorted((each for each in scores.values() if each.score >= LEAST), key=_order)
        return _unsure(found)[:limit]

    def _take(self, scores: dict[int, Match], place: int, score: float, refused: Collection[str]) -> None:
        owner, said, *_ = self.wordings[place]
        candidate = self.candidates[owner]
        if candidate.reference not in refused and (owner not in scores or scores[owner].score < score):
            scores[owner] = Match(candidate, said, score)

    def _nearest(self, asked: Iterable[str]) -> list[int]:
        """Return the wordings that share the weightiest words with a question."""
        shared: dict[int, float] = defaultdict(float)
        for token in asked:
            weight = self.weights.get(token, 0.0)
            for place in self.posted.get(token, ()):
                shared[place] += weight
        ranked = sorted(shared, key=lambda place: (-shared[place] / math.sqrt(self.wordings[place][4] or 1.0), place))
        return ranked[:LOOKED_AT]

    def _score(self, said: str, asked: frozenset[str], place: int) -> float:
        """Weigh the shared words against all words of both, and let the spelling as a whole say a quarter."""
        _, _, folded, words, weight = self.wordings[place]
        common = self._weigh(asked & words)
        whole = math.sqrt(self._weigh(asked) * weight)
        by_words = common / whole * min(1.0, common / ENOUGH) if whole else 0.0
        by_spelling = fuzz.token_set_ratio(said, folded) / 100
        return min(0.99, 0.78 * by_words + 0.22 * by_spelling)


def _order(match: Match) -> tuple[bool, float, str]:
    """The surest first, those that say nothing last."""
    candidate = match.candidate
    return (not candidate.text, -match.score - BEFORE.get(candidate.origin, 0.0), candidate.reference)


def _unsure(found: list[Match]) -> list[Match]:
    """Hold the best below what counts as sure where another says as much, unless the words or the number are the same."""
    if len(found) < 2 or not SURE <= found[0].score < CERTAIN or found[0].score - found[1].score >= NEAR:
        return found
    if not found[1].candidate.text:
        return found
    return [replace(found[0], score=SURE - 0.01), *(replace(each, score=min(each.score, SURE - 0.01)) for each in found[1:])]
