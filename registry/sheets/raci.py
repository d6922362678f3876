"""Who decides what about a surface: as a sheet, and as a table for spreadsheets."""

from collections.abc import Iterator
from typing import Any

from governance.people.bench import Bench, bench
from governance.people.models import Position, User
from registry.sheets import spec
from registry.sheets.standing import mark
from registry.surfaces import queries, raci
from registry.surfaces.models import Surface

LEAD = "Who is responsible, accountable, consulted and informed for each kind of decision about this surface."
HEADS = ("Decision", "Accountable", "Responsible", "Consulted", "Informed", "From")


class Called:
    """How parties are called: people by name, positions by name and whoever holds them now."""

    def __init__(self, surface: Surface, lines: list[raci.Line]) -> None:
        self.surface = surface
        self.positions = {each.key: each for each in Position.objects.all()}
        wanted = {who.key for who in raci.parties(lines) if who.kind == "person"}
        self.people = {each.ref: each for each in User.objects.filter(ref__in=wanted)}
        self.seats: Bench = bench()

    def name(self, who: raci.Party) -> str:
        """Return how a party is called."""
        if who.kind == "person":
            person = self.people.get(who.key)
            return "somebody no longer known" if person is None else person.name
        position = self.positions.get(who.key)
        if position is None:
            return who.key
        seated = self.seats.deciders(position, self.surface.team_id)
        return f"{position.name} ({seated[0].person.name})" if seated else f"{position.name} (nobody)"


def rows(surface: Surface) -> list[dict[str, Any]]:
    """Return a row for each kind of decision."""
    lines = queries.raci_of(surface)
    called = Called(surface, lines)
    default = f"default of tier {surface.tier}" if surface.tier is not None else "default"
    found = []
    for line in lines:
        letters = {letter: [called.name(who) for who in line.row.get(letter, ())] for letter in raci.LETTERS}
        found.append(
            {
                "label": line.label,
                "origin": default if line.is_default else "set for this surface",
                "accountable": letters["A"][0] if len(letters["A"]) == 1 else "",
                "responsible": letters["R"],
                "consulted": letters["C"],
                "informed": letters["I"],
            }
        )
    return found


def context(surface: Surface, user: Any) -> dict[str, Any]:
    """Return everything that the RACI sheet shows, as plain data."""
    decisions = rows(surface)
    untiered = mark("warn", "No tier is set.", "These are the defaults of tier 0.") if surface.tier is None else None
    return {
        "head": "RACI, who decides what",
        "surface": {"key": surface.key, "name": surface.name},
        "lead": LEAD,
        "mark": untiered,
        "tier": spec.tier(surface),
        "owner": spec.owner(surface),
        "decisions": decisions,
        "gaps": sum(1 for row in decisions if not row["accountable"]),
    }


def table(surface: Surface) -> Iterator[list[str]]:
    """Yield the matrix row by row, for a spreadsheet."""
    for row in rows(surface):
        several = ("; ".join(row[part]) for part in ("responsible", "consulted", "informed"))
        yield [row["label"], row["accountable"], *several, row["origin"]]
