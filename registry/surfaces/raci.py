"""RACI as a matrix: defaults of the tier, overrides of the surface, exactly one A in a row (R2). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from governance.core.errors import Invalid
from governance.core.verdict import ALLOW, Verdict, deny
from registry.surfaces.models import RaciRow

LETTERS = ("R", "A", "C", "I")
DECISIONS: dict[str, str] = dict(RaciRow.Decision.choices)


@dataclass(frozen=True, order=True)
class Party:
    """Whom a letter names: a position by its key, or a person by reference."""

    kind: str  # position, person
    key: str

    @property
    def token(self) -> str:
        """The party as one word, for forms and the API: `position:legal`, `person:p_4f…`."""
        return f"{self.kind}:{self.key}"


def party(token: str) -> Party:
    """Read a party's word. Raises Invalid for anything else."""
    kind, mark, key = token.partition(":")
    if kind not in ("position", "person") or not mark or not key:
        raise Invalid(f"“{token[:60]}” is neither a position nor a person.", fix="Write position:legal, or person:p_….")
    return Party(kind, key)


Row = Mapping[str, Sequence[Party]]


@dataclass(frozen=True)
class Line:
    """One kind of decision: who has which letters, and whether the surface says so itself."""

    decision: str
    label: str
    row: Row
    is_default: bool

    def letters(self, who: Party) -> str:
        """The letters of one party, as in `RA`."""
        return "".join(letter for letter in LETTERS if who in self.row.get(letter, ()))

    @property
    def is_complete(self) -> bool:
        """Whether somebody is accountable and somebody responsible."""
        return len(self.row.get("A", ())) == 1 and bool(self.row.get("R"))


def one_accountable(row: Row) -> Verdict:
    """R2: exactly one is accountable in a row."""
    count = len(row.get("A", ()))
    if count == 1:
        return ALLOW
    said = "Nobody is accountable." if count == 0 else f"{count} are accountable; exactly one can be."
    return deny(said, fix="Give exactly one A in the row.")


def matrix(defaults: Mapping[str, Mapping[str, Sequence[str]]], overrides: Iterable[tuple[str, str, Party]]) -> list[Line]:
    """Return a line for each kind of decision: the surface's own where it has one, else the default of its tier."""
    own: dict[str, dict[str, list[Party]]] = {}
    for decision, letter, who in overrides:
        own.setdefault(decision, {}).setdefault(letter, []).append(who)
    lines = []
    for decision, label in DECISIONS.items():
        default = {letter: [Party("position", key) for key in keys] for letter, keys in defaults.get(decision, {}).items()}
        lines.append(Line(decision, label, own.get(decision, default), decision not in own))
    return lines


def parties(lines: Iterable[Line]) -> list[Party]:
    """Return everybody who has a letter, positions first."""
    found = {who for line in lines for row in line.row.values() for who in row}
    return sorted(found, key=lambda who: (who.kind != "position", who.key))
