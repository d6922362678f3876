"""Counts, for each item of a framework, on how many surfaces the controls that meet it are met: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.frameworks.library import Framework, Item

Signature = tuple[tuple[str, str], ...]
"""How the controls of a surface stand: (control, status), sorted. Few differ among thousands of surfaces."""
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
    surfaces: Mapping[Signature, int],
    *,
    by_answers: bool = False,
) -> Coverage:
    """Return the coverage of a framework over surfaces, given as how they stand and how many stand so.

    With `by_answers` an item counts by what surfaces answered of it (a pseudo control `owasp:<item>` of the signature),
    and the crosswalk only says which controls help.
    """
    items = [ItemCoverage(item, tuple(crosswalk.get(item.id, ())), by_answers) for item in framework.items]
    for signature, number in surfaces.items():
        standing = dict(signature)
        for each in items:
            if verdict := _verdict(each, standing):
                each.counts[verdict] += number
    return Coverage(framework, items)


def _verdict(each: ItemCoverage, standing: Mapping[str, str]) -> str:
    if each.by_answers:
        return standing.get(f"{ANSWER}{each.item.id}", "")
    demanded = [(control, standing[control.key]) for control in each.controls if control.key in standing]
    if not demanded:
        return ""
    statuses = {status for _, status in demanded}
    if statuses & set(RED):
        return "not_met"
    if EXCEPTED in statuses:
        return "excepted"
    return ATTESTED if any(control.is_attested for control, _ in demanded) else "met"


def signatures(rows: Iterable[tuple[int, str, str]]) -> dict[int, list[tuple[str, str]]]:
    """Gather (surface, control, status) rows by surface."""
    found: dict[int, list[tuple[str, str]]] = {}
    for surface, control, status in rows:
        found.setdefault(surface, []).append((control, status))
    return found
