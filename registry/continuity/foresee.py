"""What would happen to each surface if a vendor or an endpoint were gone: which route takes over, or why none does. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Contract = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An endpoint that could take over, as it stands now; `vendor` is its vendor's key, `rules` what may be sent there.

    `state` and `vendor_state` are those of the catalogue, `quarantine` the key of what holds it ("" for nothing).
    """

    key: str
    name: str
    vendor: str
    state: str
    vendor_state: str
    quarantine: str = ""
    rules: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What would happen to one surface.

    `gone` are the endpoints and tools that it would lose, `takes_over` the endpoints that would answer, `works` whether it
    goes on, `why` what keeps every other route from taking over, `instead` what its contract names for such a day.
    """

    surface: str
    name: str
    tier: int | None
    gone: Sequence[str]
    takes_over: Sequence[str]
    works: bool
    why: Sequence[str]
    instead: str

    def as_row(self) -> dict[str, Any]:
        """Return it as a drill keeps it."""
        return asdict(self)


def judge(
    surface: tuple[str, str, int | None],
    contract: Contract,
    gone: Collection[str],
    tools_gone: Collection[str],
    known: Mapping[str, Candidate],
    vendor: str = "",
) -> Line:
    """Return what would happen to a surface (key, name, tier) without the endpoints and tools that are gone.

    A route takes over when its endpoint stays, is of another vendor than the one that is gone (`vendor`, "" where a single
    endpoint is meant), is approved like its vendor, is not in quarantine, and may be sent the contract's data as handled.
    """
    routes = list(contract.get("routes") or ())
    lost = [str(row["endpoint"]) for row in routes if row["endpoint"] in gone]
    tools = [str(row["key"]) for row in (contract.get("authority") or {}).get("tools") or () if row["key"] in tools_gone]
    takes_over: list[str] = []
    why: list[str] = []
    for key in dict.fromkeys(str(row["endpoint"]) for row in routes if row["endpoint"] not in gone):
        against = list(speaks_against(known.get(key), key, contract, vendor))
        if against:
            why += against
        else:
            takes_over.append(known[key].name)
    if lost and len(lost) == len(routes):
        why.append("Its contract names no other route.")
    works = not lost or bool(takes_over)
    key, name, tier = surface
    return Line(key, name, tier, [*dict.fromkeys(lost), *tools], takes_over, works, why, instead(contract))


def speaks_against(candidate: Candidate | None, key: str, contract: Contract, vendor: str) -> Iterable[str]:
    """Yield everything that keeps an endpoint from taking over."""
    if candidate is None:
        yield f"{key} is not in the catalogue."
        return
    if vendor and candidate.vendor == vendor:
        yield f"{candidate.name} is of the same vendor."
    if candidate.state != "approved":
        yield f"{candidate.name} is {candidate.state}, not approved."
    if candidate.vendor_state != "approved":
        yield f"The vendor of {candidate.name} is {candidate.vendor_state}, not approved."
    if candidate.quarantine:
        yield f"{candidate.name} is in quarantine ({candidate.quarantine})."
    for row in (contract.get("inputs") or {}).get("data_classes") or ():
        rule, handling = (candidate.rules or {}).get(row["key"], "never"), row.get("handling", "plain")
        if not (rule == "allowed" or (rule == "redacted" and handling == "redacted")):
            said = "only redacted" if rule == "redacted" else "never"
            yield f"{row['key']} data may go to {candidate.name} {said}."


def instead(contract: Contract) -> str:
    """Return what the contract names for the day on which its vendor is down, in its own words."""
    failing = contract.get("fallback") or {}
    down = failing.get("vendor_down") or {}
    switch = contract.get("kill_switch") or {}
    return str(down.get("detail") or failing.get("description") or switch.get("fallback") or "")
