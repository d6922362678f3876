"""The register: every surface in the scope on one line, as it stood at the checkpoint."""

from collections.abc import Iterator
from typing import Any

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.packing.controlled import standings
from registry.packing.fields import PEOPLE, Field, records
from registry.packing.ground import Ground, Held
from registry.packing.paper import Print, Sheet, chapter

FIELDS = (
    Field("key", "Surface"),
    Field("name", "Name"),
    Field("purpose", "What it is for", prose=True),
    Field("tier", "Tier"),
    Field("tier_name", "Tier's name"),
    Field("state", "State"),
    Field("mode", "Mode"),
    Field("owner", "Owner", group=PEOPLE),
    Field("team", "Team"),
    Field("pattern", "How a model is built in"),
    Field("endpoints", "Endpoints"),
    Field("models", "Models and regions"),
    Field("vendors", "Vendors"),
    Field("data_classes", "Data classes"),
    Field("revision", "Revision in force"),
    Field("contract_sha256", "SHA-256 of its contract"),
    Field("in_force_since", "In force since"),
    Field("controls_demanded", "Controls demanded"),
    Field("controls_met", "Controls met"),
    Field("controls_excepted", "Controls excepted"),
    Field("controls_not_met", "Controls not met"),
    Field("started_on", "In use since"),
    Field("review_on", "Next review"),
    Field("retired_on", "Retired on"),
)


def given(window: Window) -> Iterator[RecordSet]:
    """Give the register."""
    told = "Every surface in the scope, with the contract that was in force at the checkpoint. One row for each."
    ground = Ground(window)
    yield records(window, "surfaces", "Surfaces", FIELDS, lines(ground), told, ground.voice)


def lines(ground: Ground) -> Iterator[dict[str, Any]]:
    """Yield one line for each surface."""
    for part in ground.surfaces():
        stands = standings(ground, [held.surface.pk for held in part])
        for held in part:
            yield {**_about(ground, held), **_contract(ground, held), **_controls(stands.get(held.surface.pk, {}))}


def _about(ground: Ground, held: Held) -> dict[str, Any]:
    row = held.surface
    same = ("key", "name", "purpose", "tier", "started_on", "review_on", "retired_on")
    return {name: getattr(row, name) for name in same} | {
        "tier_name": ground.tiers.get(row.tier, "") if row.tier is not None else "",
        "state": row.get_state_display(),
        "mode": row.get_mode_display() if row.state == "live" else "",
        "owner": ground.voice.person(row.owner if row.owner is not None and row.owner.is_active else None),
        "team": held.team.name if held.team is not None else "",
        "pattern": row.get_pattern_display() if row.pattern else "",
    }


def _contract(ground: Ground, held: Held) -> dict[str, Any]:
    keys = list(dict.fromkeys(row["endpoint"] for row in held.contract.get("routes", [])))
    known = [ground.endpoints[key] for key in keys if key in ground.endpoints]
    classes = [row["key"] for row in held.contract.get("inputs", {}).get("data_classes", [])]
    return {
        "endpoints": keys,
        "models": [f"{each.model}, {each.region}" if each.region else each.model for each in known],
        "vendors": list(dict.fromkeys(each.vendor.name for each in known)),
        "data_classes": [ground.names.of("data_classes", key) for key in classes],
        "revision": held.revision.number if held.revision is not None else None,
        "contract_sha256": held.revision.digest if held.revision is not None else "",
        "in_force_since": held.since,
    }


def _controls(stands: dict[str, int]) -> dict[str, Any]:
    return {
        "controls_demanded": sum(stands.get(each, 0) for each in ("met", "not_met", "expired", "excepted")),
        "controls_met": stands.get("met", 0),
        "controls_excepted": stands.get("excepted", 0),
        "controls_not_met": stands.get("not_met", 0) + stands.get("expired", 0),
    }


def _met(row: dict[str, Any]) -> tuple[str, str]:
    if not row["controls_demanded"]:
        return "wait", "None asked"
    level = "stop" if row["controls_not_met"] else "warn" if row["controls_excepted"] else "ok"
    return level, f"{row['controls_met']} of {row['controls_demanded']}"


REGISTER = Sheet(
    "surfaces",
    (
        Print("key", "No.", kind="code", width="c8"),
        Print("name", "Surface", kind="strong", width="c24", under=("purpose",), most=90),
        Print("tier", "Tier", kind="tier", width="c6"),
        Print("owner", "Owner", width="c17", under=("team",), none="Nobody"),
        Print("models", "Model, region", kind="list"),
        Print("revision", "In force", kind="revision", width="c14", under=("in_force_since",)),
        Print("controls_met", "Controls met", kind="state", width="c14", state=_met),
    ),
    empty="No surface lies in this scope.",
    off=lambda row: bool(row["controls_not_met"]) or row.get("owner") == "",
    order=lambda row: (-(row["tier"] if row["tier"] is not None else -1), row["key"]),
    foot="Tinted rows: a control is not met, or nobody owns it. The whole table is records/surfaces.csv.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the register, highest tier first."""
    lead = "Every place in this scope where the company calls a model or lets one act, highest tier first."
    yield chapter("register", "Register", lead, found, REGISTER)


SECTION = PackSection("register", "Register", 10, given, pages)
