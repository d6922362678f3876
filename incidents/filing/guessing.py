"""Which surface somebody means by their own words: names compared with what was written. Pure, and bounded.

`found` answers who searches: how much of what was typed stands in a name. `meant` answers for who only told what
happened: whose name stands in the text beyond doubt. Misspelt words count nearly as much as right ones.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from registry.contracts.lookalikes import Candidate, folded

MOST = 6
"""So many are offered."""
READ = 600
"""Letters of a text that are looked at."""
CLOSE = 84.0
"""How alike two words are that are one, misspelt: 0 to 100."""
LEAST = 4
"""Letters of a word that is looked for misspelt."""
UNKNOWN = 12
"""Words of a text that are looked for misspelt; the rest of it has to be right."""
ENOUGH = 50.0
"""Below this a surface is not offered."""
SURE = 90.0
CLEARLY = 15.0
"""A surface is taken without asking only above SURE, and CLEARLY ahead of the next."""
BY_PURPOSE = 0.7
"""A purpose that fits says less than a name that does."""
_PLAIN = frozenset(
    "a an and are as at be by for from has have in is it its my of on or our that the their they this to was we with you ai app "
    "assistant bot chat help model new system tool der die das und für in von mit".split()
)
"""Words that tell no surface from another."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A surface that may be meant: how well it fits, from 0 to 100."""

    id: Any
    name: str
    score: float


def found(words: str, candidates: Iterable[Candidate], *, most: int = MOST) -> list[Guess]:
    """Return the surfaces whose name or purpose holds what somebody types, best first; beginnings of words count."""
    pool = list(candidates)
    typed = folded(words[:READ]).split()[:UNKNOWN]
    names = [folded(one.name).split() for one in pool]
    known = _near(typed, {word for name in names for word in name}, beginnings=True)
    hits = []
    for one, name in zip(pool, names, strict=True):
        score = _share(typed, {word for each in name for word in known.get(each, ())})
        if score < ENOUGH and one.purpose:
            score = max(score, BY_PURPOSE * _share(typed, set(folded(one.purpose[:READ]).split())))
        if score >= ENOUGH:
            hits.append(Guess(one.id, one.name, score))
    return _best(hits)[:most]


def meant(text: str, candidates: Iterable[Candidate]) -> Guess | None:
    """Return the one surface that a text names beyond doubt, or None: a wrong guess would call the wrong person."""
    pool = list(candidates)
    written = folded(text[:READ]).split()
    names = [[word for word in folded(one.name).split() if word not in _PLAIN] for one in pool]
    known = _near(written, {word for name in names for word in name})
    hits = [
        Guess(one.id, one.name, _share(name, known))
        for one, name in zip(pool, names, strict=True)
        if sum(len(word) for word in name) >= 2 * LEAST and not known.keys().isdisjoint(name)
    ]
    # Of two names that both stand in the text, the one that says more is meant: "Claims triage for dental".
    best = sorted(hits, key=lambda guess: (-guess.score, -len(guess.name), str(guess.id)))[:2]
    if not best or best[0].score < SURE:
        return None
    if len(best) == 2 and best[0].score - best[1].score < CLEARLY and not _within(best[1].name, best[0].name):
        return None
    return best[0]


def _within(shorter: str, longer: str) -> bool:
    return set(folded(shorter).split()) < set(folded(longer).split())


def _near(written: Sequence[str], vocabulary: Collection[str], *, beginnings: bool = False) -> Mapping[str, list[str]]:
    """Return for words of a vocabulary which written words mean them: the same, misspelt or (if asked) begun."""
    near: dict[str, list[str]] = {}
    strange: list[str] = []
    for word in dict.fromkeys(written):
        if word in vocabulary:
            near.setdefault(word, []).append(word)
        elif len(word) >= LEAST and len(strange) < UNKNOWN:
            strange.append(word)
        if beginnings and len(word) > 1:
            for each in vocabulary:
                if each != word and each.startswith(word):
                    near.setdefault(each, []).append(word)
    for word in strange:
        for each, _, _ in process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=MOST):
            near.setdefault(each, []).append(word)
    return near


def _share(wanted: Sequence[str], there: Collection[str]) -> float:
    """Return how much of some words stands among others, 0 to 100; longer words count for more."""
    weight = sum(len(word) for word in wanted)
    return 100.0 * sum(len(word) for word in wanted if word in there) / weight if weight else 0.0


def _best(hits: list[Guess]) -> list[Guess]:
    return sorted(hits, key=lambda guess: (-guess.score, len(guess.name), guess.name, str(guess.id)))
