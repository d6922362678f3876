"""Differences between two texts, word by word, in pieces that a reader can follow."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import LCSseq

Kind = Literal["same", "ins", "del"]

_TOKEN = re.compile(r"\w+|[^\w\s]|\n|[^\S\n]+")
MOST_WORDS = 24_000
"""Beyond these words and spaces a text is shown as replaced from the first difference to the last."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


def compare(old: str, new: str) -> list[Segment]:
    """The segments between two texts: same and deleted ones make the old text, same and inserted ones the new."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle_old, middle_new = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces: list[tuple[Kind, list[str]]] = [("same", before[:head])]
    pieces += _middle(middle_old, middle_new)
    pieces.append(("same", before[len(before) - tail :]))
    return _joined(_without_islands([(kind, words) for kind, words in pieces if words]))


def _common(before: list[str], after: list[str]) -> int:
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count


def _middle(before: list[str], after: list[str]) -> Iterable[tuple[Kind, list[str]]]:
    if not before or not after or len(before) + len(after) > MOST_WORDS:
        return [("del", before), ("ins", after)]
    found: list[tuple[Kind, list[str]]] = []
    for step in LCSseq.opcodes(before, after):
        gone, come = before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]
        if step.tag == "equal":
            found.append(("same", gone))
        else:
            found += [("del", gone), ("ins", come)]
    return found


def _without_islands(pieces: list[tuple[Kind, list[str]]]) -> list[tuple[Kind, list[str]]]:
    """A word or two that happen to stay between two changes only make both harder to read."""
    told: list[tuple[Kind, list[str]]] = []
    for index, (kind, words) in enumerate(pieces):
        inside = 0 < index < len(pieces) - 1
        solid = sum(1 for word in words if word.strip() and word.strip()[0].isalnum())
        if kind == "same" and inside and solid <= 2 and "\n" not in words and _around(pieces, index) > 2 * max(solid, 1):
            told += [("del", words), ("ins", words)]
        else:
            told.append((kind, words))
    return told


def _around(pieces: list[tuple[Kind, list[str]]], index: int) -> int:
    """How many words changed next to a piece."""
    sides = 0
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(pieces) and pieces[at][0] != "same":
            sides += len(pieces[at][1])
            at += step
    return sides


def _joined(pieces: list[tuple[Kind, list[str]]]) -> list[Segment]:
    """Between two unchanged stretches: first all that went, then all that came."""
    told: list[Segment] = []
    gone: list[str] = []
    come: list[str] = []

    def flush() -> None:
        told.extend(Segment(kind, "".join(words)) for kind, words in (("del", gone), ("ins", come)) if words)  # type: ignore[arg-type]
        gone.clear()
        come.clear()

    for kind, words in pieces:
        if kind == "same":
            flush()
            if told and told[-1].kind == "same":
                told[-1] = Segment("same", told[-1].text + "".join(words))
            else:
                told.append(Segment("same", "".join(words)))
        else:
            (gone if kind == "del" else come).extend(words)
    flush()
    return told
