"""Counts, for each item of a framework, on how many surfaces the controls that meet it are met: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.frameworks.library import Framework, Item

Standing = Mapping[str, Mapping[str, int]]
"""How the controls of all surfaces stand: control -> status -> a number whose bits are the surfaces that stand so.

With 5,000 surfaces, an item is then counted by a few operations on such numbers instead of 5,000 looks.
"""
MET, EXCEPTED, RED = "met", "excepted", ("not_met", "expired")
ANSWER = "owasp:"
ATTESTED = "attested"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A control of policy that says it meets an item."""

    key: str
    name: str
    is_attested: bool


@dataclass(slots=True)
class ItemCoverage:
    """One item: the controls that meet it, and the surfaces by how these stand there.

    A surface is `met` when all of them that its tier demands are met by computation, `attested` when all are met and at
    least one by evidence (or by an answer), `excepted` when all are met or excepted, else `not_met`. Where none is
    demanded the surface is not counted.
    """

    item: Item
    controls: tuple[Meeting, ...]
    by_answers: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def asked(self) -> int:
        """On how many surfaces at least one of its controls is demanded."""
        return sum(self.counts.values())

    @property
    def covered(self) -> int:
        """On how many of these all are met, by computation or by evidence."""
        return self.counts["met"] + self.counts["attested"]

    @property
    def bars(self) -> list[tuple[str, int]]:
        """The shares as tones for a bar: met, attested, excepted, not met."""
        return [
            ("ok", self.counts["met"] + self.counts["attested"]),
            ("held", self.counts["excepted"]),
            ("stop", self.counts["not_met"]),
        ]

    @property
    def state(self) -> str:
        """covered, partly, open (met nowhere), unasked (no surface is asked), or none (no control of policy meets it)."""
        if not self.controls and not self.by_answers:
            return "none"
        if not self.asked:
            return "unasked"
        if self.covered == self.asked:
            return "covered"
        return "partly" if self.covered else "open"

    @property
    def said(self) -> str:
        """The share in words."""
        if self.state == "none":
            return "No control of policy"
        if self.state == "unasked":
            return "Asked of no surface"
        parts = [f"{self.covered} of {self.asked} surface{'s'[: self.asked > 1]}"]
        if self.counts["attested"]:
            parts.append(f"{self.counts['attested']} attested")
        if self.counts["excepted"]:
            parts.append(f"{self.counts['excepted']} excepted")
        return ", ".join(parts)


@dataclass(slots=True)
class Coverage:
    """A framework with the coverage of each item."""

    framework: Framework
    items: list[ItemCoverage]

    def number(self, *states: str) -> int:
        """How many items are in one of these states."""
        return sum(1 for each in self.items if each.state in states)

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Items by how far they are covered, as tones for a bar."""
        return [
            ("ok", self.number("covered")),
            ("warn", self.number("partly")),
            ("stop", self.number("open")),
        ]

    @property
    def said(self) -> str:
        """The figures in words."""
        return f"{self.number('covered')} of {len(self.items)} items covered"

    @property
    def rest(self) -> str:
        """What becomes of the other items, in words."""
        named = (("partly", "partly"), ("open", "open"), ("unasked", "asked of no surface"), ("none", "without a control"))
        return ", ".join(f"{number} {words}" for state, words in named if (number := self.number(state)))


def count(
    framework: Framework,
    crosswalk: Mapping[str, Sequence[Meeting]],
    standing: Standing,
    *,
    by_answers: bool = False,
) -> Coverage:
    """Return the coverage of a framework over surfaces, given how their controls stand.

    With `by_answers` an item counts by what surfaces answered of it (kept as the control `owasp:<item>`), and the
    crosswalk only says which controls help.
    """
    items = [ItemCoverage(item, tuple(crosswalk.get(item.id, ())), by_answers) for item in framework.items]
    for each in items:
        serving = (Meeting(f"{ANSWER}{each.item.id}", each.item.title, True),) if by_answers else each.controls
        each.counts.update(_counts(serving, standing))
    return Coverage(framework, items)


def _counts(serving: Sequence[Meeting], standing: Standing) -> dict[str, int]:
    demanded = red = excepted = attested = 0
    for control in serving:
        stands = standing.get(control.key, {})
        here = 0
        for status, surfaces in stands.items():
            here |= surfaces
            red |= surfaces if status in RED else 0
            excepted |= surfaces if status == EXCEPTED else 0
        demanded |= here
        attested |= here if control.is_attested else 0
    excepted &= ~red
    rest = demanded & ~red & ~excepted
    found = {"not_met": red, EXCEPTED: excepted, ATTESTED: rest & attested, MET: rest & ~attested}
    return {name: surfaces.bit_count() for name, surfaces in found.items() if surfaces}


def gathered(rows: Iterable[tuple[int, str, str]]) -> tuple[dict[int, int], dict[str, dict[str, int]]]:
    """Gather (surface, control, status) rows: the bit of each surface, and how the controls stand."""
    places: dict[int, int] = {}
    listed: dict[tuple[str, str], list[int]] = {}
    for surface, control, status in rows:
        listed.setdefault((control, status), []).append(places.setdefault(surface, len(places)))
    standing: dict[str, dict[str, int]] = {}
    for (control, status), bits in listed.items():
        standing.setdefault(control, {})[status] = packed(bits, len(places))
    return places, standing


def packed(bits: Iterable[int], size: int) -> int:
    """Return the number in which exactly these bits are set."""
    held = bytearray(size // 8 + 1)
    for bit in bits:
        held[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(held, "little")
