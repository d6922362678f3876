"""RACI: who decides what about each surface, as defaults of the tier with what the surface sets itself."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from governance.people.bench import Bench, bench
from governance.people.models import Position, User
from registry.packing.fields import Field, records
from registry.packing.ground import Ground, Held
from registry.packing.moment import as_of
from registry.packing.paper import Print, Sheet, chapter
from registry.surfaces import raci
from registry.surfaces.models import RaciRow, SurfaceState

FIELDS = (
    Field("surface", "Surface"),
    Field("surface_name", "Name"),
    Field("decision", "Decision"),
    Field("accountable", "Accountable"),
    Field("responsible", "Responsible"),
    Field("consulted", "Consulted"),
    Field("informed", "Informed"),
    Field("origin", "From"),
)


class Called:
    """How parties are called: people by name, positions by name and whoever held them; no people where policy says so."""

    def __init__(self, ground: Ground) -> None:
        self.names_people = ground.voice.names_people
        self.positions = {each.key: each for each in as_of(Position.objects.all(), ground.at)}
        self.people = dict(User.objects.order_by("pk").values_list("ref", "name"))
        self.seats: Bench = bench(ground.at)

    def name(self, who: raci.Party, team: int | None) -> str:
        """Return how a party is called."""
        if who.kind == "person":
            return self.people.get(who.key, "somebody no longer known") if self.names_people else "a named person"
        position = self.positions.get(who.key)
        if position is None:
            return who.key
        if not self.names_people:
            return position.name
        seated = self.seats.deciders(position, team)
        return f"{position.name} ({seated[0].person.name})" if seated else f"{position.name} (nobody)"


def given(window: Window) -> Iterator[RecordSet]:
    """Give the matrix of every surface."""
    ground = Ground(window)
    told = "Who is accountable, responsible, consulted and informed for each kind of decision about each surface."
    yield records(window, "raci", "RACI", FIELDS, lines(ground), told, ground.voice)


def lines(ground: Ground) -> Iterator[dict[str, Any]]:
    """Yield a line for each kind of decision about each surface, retired ones apart."""
    called = Called(ground)
    defaults = {
        row["number"]: {kind: {**each, "A": [each["A"]]} for kind, each in row["raci"].items()}
        for row in ground.document["tiers"]
    }
    for part in ground.surfaces():
        alive = [held for held in part if held.surface.state != SurfaceState.RETIRED]
        own = _own(ground, [held.surface.pk for held in alive])
        for held in alive:
            matrix = raci.matrix(defaults.get(held.surface.tier or 0, {}), own.get(held.surface.pk, ()))
            yield from (_line(held, line, called) for line in matrix)


def _own(ground: Ground, pks: list[int]) -> dict[int, list[tuple[str, str, raci.Party]]]:
    found: dict[int, list[tuple[str, str, raci.Party]]] = defaultdict(list)
    rows = as_of(RaciRow.objects.all(), ground.at, beside=("person", "position"), removable=True, surface__in=pks)
    for row in sorted(rows, key=lambda each: (each.surface_id, each.decision, each.letter, each.pk)):
        if row.person is not None:
            party = raci.Party("person", row.person.ref)
        else:
            party = raci.Party("position", row.position.key if row.position is not None else "")
        found[row.surface_id].append((row.decision, row.letter, party))
    return found


def _line(held: Held, line: raci.Line, called: Called) -> dict[str, Any]:
    team = held.surface.team_id
    letters = {letter: [called.name(who, team) for who in line.row.get(letter, ())] for letter in raci.LETTERS}
    return {
        "surface": held.surface.key,
        "surface_name": held.surface.name,
        "decision": line.label,
        "accountable": letters["A"][0] if len(letters["A"]) == 1 else "",
        "responsible": letters["R"],
        "consulted": letters["C"],
        "informed": letters["I"],
        "origin": f"default of tier {held.surface.tier or 0}" if line.is_default else "set for this surface",
    }


MATRIX = Sheet(
    "raci",
    (
        Print("decision", "Decision", width="c17", under=("origin",)),
        Print("accountable", "Accountable", kind="strong", width="c20", none="Nobody"),
        Print("responsible", "Responsible", kind="list", width="c20"),
        Print("consulted", "Consulted", kind="list"),
        Print("informed", "Informed", kind="list"),
    ),
    group=("surface", "surface_name"),
    empty="No surface lies in this scope.",
    off=lambda row: not row["accountable"],
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the matrices."""
    lead = "Exactly one answers for each kind of decision; who proposes never approves."
    yield chapter("raci", "RACI, who decides what", lead, found, MATRIX)


SECTION = PackSection("raci", "RACI", 30, given, pages)
