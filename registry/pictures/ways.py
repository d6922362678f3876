"""Ways that data goes: from a surface over an endpoint and its vendor to data classes; approved by a contract, seen, or both."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

APPROVED, NOT_APPROVED, UNKNOWN = "approved", "not_approved", "unknown"
"""How observed calls stand, as `registry.usage.models.Standing` names it."""
MOST = 18
"""So many boxes of one column can be read; what is less pressing stands together in one."""
NOBODY, NO_CLASS, NO_VENDOR = "surface:", "class:", "vendor:"
"""Where calls stand that belong to no registered surface, whose data is not known, whose model is nobody's endpoint."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the revision in force of one surface allows: the endpoints it may use, by key, and the data classes it reads."""

    surface: int
    endpoints: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Calls that were observed alike. No surface: none was registered for them. No endpoint: `model` is what they named."""

    surface: int | None
    endpoint: str
    model: str
    standing: str
    calls: int


@dataclass(slots=True)
class Tally:
    """What is known of a box or a stream: whether a contract allows it, how many calls were seen, what it stands for."""

    allowed: bool = False
    calls: dict[str, int] = field(default_factory=lambda: {APPROVED: 0, NOT_APPROVED: 0, UNKNOWN: 0})
    members: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        """All calls."""
        return sum(self.calls.values())

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """The streams it is drawn as, each with its calls: "" approved and seen, "wait" not seen, "stop", "warn"."""
        kinds = {"": APPROVED, "stop": NOT_APPROVED, "warn": UNKNOWN}
        found = [(kind, self.calls[standing]) for kind, standing in kinds.items() if self.calls[standing]]
        return [("wait", 0), *found] if self.allowed and not self.calls[APPROVED] else found

    def take(self, other: "Tally") -> None:
        """Add another's to it."""
        self.allowed |= other.allowed
        self.members |= other.members
        for standing, calls in other.calls.items():
            self.calls[standing] += calls


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the map: its key in the map (`team:3`, `endpoint:meridian-eu`), and what is known of it."""

    key: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Stream:
    """From one box to its neighbour."""

    start: str
    end: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Map:
    """Columns of boxes (surfaces, endpoints, vendors, data classes) and the streams between neighbours."""

    columns: tuple[tuple[Box, ...], ...]
    streams: tuple[Stream, ...]

    def calls(self, standing: str) -> int:
        """How many calls stand so; each counts once, at its surface."""
        return sum(box.tally.calls[standing] for box in self.columns[0])


class Ways:
    """Lays what is allowed and what was seen over one another.

    `group` names the box of a surface (by id; None for calls of none), `vendor_of` that of an endpoint's vendor by the
    endpoint's key. `over` keeps what is allowed over these endpoints, `only` what is allowed with one data class; what was seen
    is narrowed where it is read.
    """

    def __init__(
        self,
        group: Callable[[int | None], str],
        vendor_of: Callable[[str], str],
        *,
        over: frozenset[str] | None = None,
        only: str = "",
    ) -> None:
        self.group, self.vendor_of, self.over, self.only = group, vendor_of, over, only
        self.boxes: tuple[dict[str, Tally], ...] = tuple(defaultdict(Tally) for _ in range(4))
        self.streams: tuple[dict[tuple[str, str], Tally], ...] = tuple(defaultdict(Tally) for _ in range(3))

    def allow(self, one: Allowed) -> None:
        """Lay down what one surface's contract allows."""
        if self.only and self.only not in one.classes:
            return
        for key in one.endpoints:
            if self.over is None or key in self.over:
                way = (self.group(one.surface), f"endpoint:{key}", self.vendor_of(key))
                classes = (self.only,) if self.only else one.classes
                for tally in (*self._along(way, one.surface), *self._into(way[2], classes)):
                    tally.allowed = True

    def see(self, call: Seen) -> None:
        """Lay down calls from their surface to their vendor; each call once."""
        for tally in self._along(self._way(call), call.surface):
            tally.calls[call.standing] += call.calls

    def see_class(self, call: Seen, data_class: str) -> None:
        """Lay down the data class that calls touched; a call counts for each of them. Empty: not known which."""
        for tally in self._into(self._way(call)[2], (data_class,)):
            tally.calls[call.standing] += call.calls

    def _way(self, call: Seen) -> tuple[str, str, str]:
        end = f"endpoint:{call.endpoint}" if call.endpoint else f"model:{call.model}"
        return self.group(call.surface), end, self.vendor_of(call.endpoint) if call.endpoint else NO_VENDOR

    def _along(self, way: tuple[str, str, str], surface: int | None) -> Iterable[Tally]:
        start, end, vendor = way
        first = self.boxes[0][start]
        first.members |= {str(surface)} if surface else set()
        return first, self.boxes[1][end], self.boxes[2][vendor], self.streams[0][start, end], self.streams[1][end, vendor]

    def _into(self, vendor: str, classes: Sequence[str]) -> Iterable[Tally]:
        for each in classes:
            yield self.boxes[3][f"class:{each}"]
            yield self.streams[2][vendor, f"class:{each}"]

    def drawn(self, order: Mapping[str, int], most: int = MOST) -> Map:
        """Return the map, with what is not approved first in each column, then by calls; `order` ranks data classes."""
        columns, names = [], []
        for number, boxes in enumerate(self.boxes):
            kept, named = _cut(boxes, f"more:{number}", most)
            columns.append(kept)
            names.append(named)
        columns[3].sort(key=lambda box: order.get(box.key, len(order)))
        streams: dict[tuple[str, str], Tally] = defaultdict(Tally)
        for number, found in enumerate(self.streams):
            for (start, end), tally in found.items():
                streams[names[number][start], names[number + 1][end]].take(tally)
        return Map(tuple(map(tuple, columns)), tuple(Stream(start, end, tally) for (start, end), tally in streams.items()))


def _cut(boxes: Mapping[str, Tally], more: str, most: int) -> tuple[list[Box], dict[str, str]]:
    """Keep the most pressing boxes and put the rest into one; returns the boxes, and where each went."""
    order = sorted(boxes, key=lambda key: (*_urgency(boxes[key]), key))
    shown = order if len(order) <= most else order[: most - 1]
    kept = [Box(key, boxes[key]) for key in shown]
    names = {key: key for key in shown}
    if rest := order[len(shown) :]:
        tally = Tally()
        for key in rest:
            tally.take(boxes[key])
            names[key] = more
        tally.members = set(rest)
        kept.append(Box(more, tally))
    return kept, names


def _urgency(tally: Tally) -> tuple[int, int, int]:
    return -tally.calls[NOT_APPROVED], -tally.calls[UNKNOWN], -tally.total
