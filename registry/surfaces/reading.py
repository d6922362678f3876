"""Puts a surface before its readers: contract in words, the RACI as a matrix, what a draft lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.people import queries as people
from governance.people.bench import bench
from governance.people.models import Position, User
from governance.policy import queries as policy
from governance.policy.models import Tier
from registry.contracts import facts as contract_facts
from registry.contracts.completeness import Missing, completeness
from registry.contracts.diff_common import group, shown
from registry.contracts.facts import Names
from registry.contracts.render import Part, five_parts
from registry.contracts.shape import Contract, parts, said
from registry.surfaces import facts as held
from registry.surfaces import queries, raci
from registry.surfaces.marks import marks_of
from registry.surfaces.models import Draft, Surface

BESIDE = ("evals", "budget", "kill_switch", "rollback", "limits", "human_review", "notes")


def lacks(surface: Surface, contract: Contract, tiers: Mapping[int, Tier] | None = None) -> list[Missing]:
    """Return what a contract lacks for the surface's tier."""
    return completeness(contract, contract_facts.tier_of(surface.tier or 0, held.tier_facts(tiers)))


def overview(surface: Surface) -> dict[str, Any]:
    """Return what the overview shows."""
    shown_contract = surface.in_force.contract if surface.in_force else None
    return {
        "parts": as_rows(five_parts(shown_contract, held.names())) if shown_contract else [],
    }


def as_rows(five: list[Part]) -> list[Part]:
    """Return the five parts that say anything."""
    return [part for part in five if part.text or part.chips or part.lines]


@dataclass(frozen=True)
class Detail:
    """A labelled value of one of the parts beside the five."""

    label: str
    value: str


def contract(surface: Surface, draft: Draft | None, tiers: Mapping[int, Tier]) -> dict[str, Any]:
    """Return the contract in force, or the draft where there is none, with the revisions so far."""
    revision = surface.in_force
    content = revision.contract if revision else draft.content if draft else None
    return {
        "revision": revision,
        "draft": draft,
        "draft_lacks": lacks(surface, draft.content, tiers) if draft else [],
        "shown": read(content) if content else None,
        "revisions": surface.revisions.select_related("author").defer("contract")[:100],
    }


def read(content: Contract) -> dict[str, Any]:
    """Return a contract in words: the five parts, the lists as tables, the rest as labelled values."""
    names, marks = held.names(), marks_of(content)
    return {
        "five": five_parts(content, names),
        "routes": [_route(row, names) | {"mark": marks.get(("endpoint", row["endpoint"]))} for row in content.get("routes", [])],
        "prompts": content.get("prompts", []),
        "retrieval": [row | {"mark": marks.get(("source", row["key"]))} for row in content.get("retrieval", [])],
        "tools": [
            _tool(row, names) | {"mark": marks.get(("tool", row["key"]))} for row in content.get("authority", {}).get("tools", [])
        ],
        "beside": [(parts()[key]["title"], _details(key, content[key], names)) for key in BESIDE if key in content],
    }


def _route(row: Contract, names: Names) -> dict[str, Any]:
    share = f"{row['share']} %" if "share" in row else ""
    return {
        "name": names.of("endpoints", row["endpoint"]),
        "key": row["endpoint"],
        "role": said(("routes", 0, "role"), row["role"]),
        "when": ", ".join(filter(None, (row.get("condition"), share))),
    }


def _tool(row: Contract, names: Names) -> dict[str, Any]:
    rate = group(row["rate"], ("authority", "tools", 0, "rate")) if "rate" in row else ""
    return {
        "name": names.of("tools", row["key"]),
        "key": row["key"],
        "effect": said(("authority", "tools", 0, "effect"), row["effect"]),
        "is_final": row["effect"] == "irreversible",
        "limits": ", ".join(filter(None, (row.get("limits"), rate and f"at most {rate}"))),
        "approval": row.get("approval", False),
    }


def _details(part: str, value: Any, names: Names) -> list[Detail]:
    if isinstance(value, str):
        return [Detail("", value)]
    if part == "evals":
        return [Detail(names.of("suites", row["suite"]), f"{row.get('threshold', 'no threshold')} or above") for row in value]
    fields = parts()[part]["properties"]
    told = []
    for key, found in fields.items():
        if key in value:
            words = names.of("people", value[key]) if key == "owner" else shown(value[key], (part, key))
            told.append(Detail(str(found["title"]), words))
    return told


@dataclass(frozen=True)
class Column:
    """A party of the matrix: how it is called, and who that is now."""

    party: raci.Party
    name: str
    now: str


@dataclass(frozen=True)
class Cell:
    """The letters of one party for one kind of decision."""

    name: str
    letters: str
    label: str


OPTIONS = ("", "R", "A", "RA", "C", "I")


def raci_matrix(surface: Surface, tier: Tier, extra: str = "") -> dict[str, Any]:
    """Return the matrix with a column for each position and each person in it; `extra` adds a person by reference."""
    lines = queries.raci_of(surface, tier)
    positions = {each.key: each for each in Position.objects.all()}
    wanted = {who.key for who in raci.parties(lines) if who.kind == "person"} | ({extra} if extra else set())
    named = User.objects.filter(ref__in=wanted).order_by("name")
    columns = [*_positions(surface, positions), *(Column(raci.Party("person", each.ref), each.name, "") for each in named)]
    body = [
        (
            line,
            [
                Cell(f"{line.decision}|{column.party.token}", line.letters(column.party), f"{line.label}, {column.name}")
                for column in columns
            ],
        )
        for line in lines
    ]
    return {"columns": columns, "lines": body, "options": OPTIONS}


def _positions(surface: Surface, positions: dict[str, Position]) -> list[Column]:
    seats = bench()
    order = list(policy.document()["positions"])
    keys = [row["key"] for row in order if row["key"] in positions] + [
        key for key in positions if key not in {row["key"] for row in order}
    ]
    found = []
    for key in keys:
        seated = seats.deciders(positions[key], surface.team_id)
        found.append(Column(raci.Party("position", key), positions[key].name, seated[0].person.name if seated else "nobody"))
    return found


def others(columns: list[Column]) -> list[User]:
    """Return the people who have no column yet."""
    shown_already = {column.party.key for column in columns if column.party.kind == "person"}
    return [each for each in people.active_people().order_by("name") if each.ref not in shown_already]
