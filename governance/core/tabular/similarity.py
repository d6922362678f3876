"""How well a column's header fits a field's names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from governance.core.tabular.choices import fold
from governance.core.tabular.fields import TargetField

# Words that carry nothing in a header.
_STOP_WORDS = (
    "the a an of in for to is are this that which what who whom where when does do did has have been was were be it "
    "its your our you we any if use case ai please describe provide list and or on by with from at as into how there"
)
_STOP = frozenset(_STOP_WORDS.split())
_PARENTHESIS = re.compile(r"\([^)]*\)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Likeness(NamedTuple):
    """From 0 to 1, with the reason in words."""

    score: float
    reason: str


NONE = Likeness(0.0, "")


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a header that mean something, in the singular as far as an s at the end tells."""
    folded = fold(_CAMEL.sub(" ", text))
    kept = [word for word in folded.split() if word not in _STOP] or folded.split()
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in kept)


def likeness(header: str, target: TargetField) -> Likeness:
    """The best likeness of a header to any of the field's names."""
    folded = set(fold(header).split())
    if any(word in folded for word in target.not_in):
        return NONE
    best = NONE
    for position, name in enumerate(target.names):
        found = _one(header, name, is_label=position == 0)
        if found.score > best.score:
            best = found
    return best


def _one(header: str, name: str, *, is_label: bool) -> Likeness:
    if fold(_CAMEL.sub(" ", header)) == fold(name):
        return Likeness(1.0 if is_label else 0.98, "the header is this field's name" if is_label else f"the header is “{name}”")
    bare = _PARENTHESIS.sub(" ", header)
    have, want = words(bare), words(name)
    if not have or not want:
        return NONE
    if have == want:
        return Likeness(0.95, f"the header says “{name}”")
    inside = _contained(have, want)
    if len(have) == 1 == len(want) and 3 <= len(have[0]) < len(want[0]) and want[0].startswith(have[0]):
        inside = max(inside, 0.75)
    spelled = fuzz.ratio(" ".join(have), " ".join(want)) / 100
    if spelled >= 0.85:
        inside = max(inside, spelled * 0.95)
    return Likeness(inside, f"the header holds “{name}”") if inside else NONE


def _contained(have: tuple[str, ...], want: tuple[str, ...]) -> float:
    """All of the name's words stand in the header: the more of the header they make up, and the earlier, the better."""
    if len(want) > len(have) or not set(want) <= set(have):
        return 0.0
    share = len(want) / len(have)
    positions = [have.index(word) for word in want]
    in_order = positions == list(range(positions[0], positions[0] + len(want)))
    specific = min(1.0, sum(len(word) for word in want) / 12)
    early = 1 - positions[0] / len(have)
    if len(want) == 1 and share < 0.34:
        # One word in a long question says little about what is asked.
        return 0.35 + 0.3 * share
    return 0.42 + 0.3 * share + (0.08 if in_order and len(want) > 1 else 0) + 0.08 * specific + 0.08 * early
