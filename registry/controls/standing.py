"""From facts to a standing: each control that the tier demands, how it stands, and what it would hold back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.controls import doors
from registry.controls.checks import CHECKS, proof
from registry.controls.checks.finding import Finding, day, unmet
from registry.controls.held import Held, Use, Waiver
from registry.controls.models import DEMANDED, RED, Status

BLOCKS_FROM = 2  # where policy says nothing: low tiers ship quickly


@dataclass(frozen=True, slots=True)
class Result:
    """How one control stands on one surface.

    `demand` is the policy's own why; `blocking` says whether it would hold a revision back while it is red; `expires_at`
    is the moment at which time alone turns it; `evidence` are the uses that count, `exception` the waiver that holds.
    """

    key: str
    title: str
    demand: str
    kind: str
    status: Status
    why: str
    next_step: str
    door: str
    blocking: bool
    surface_key: str
    expires_at: datetime | None = None
    evidence: Sequence[Use] = ()
    exception: Waiver | None = None
    wanted: str = ""

    @property
    def is_red(self) -> bool:
        """Whether it is neither met nor excepted, and applies."""
        return self.status in RED

    @property
    def holds(self) -> bool:
        """Whether it holds a revision back now."""
        return self.blocking and self.is_red

    @property
    def next_url(self) -> str:
        """Where one does what comes next; empty where nothing is to be done."""
        return doors.open_(self.door, self.surface_key) if self.door else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How all the controls of a surface's tier stand at one moment, in the order of the policy."""

    surface_key: str
    tier: int
    at: datetime
    results: Sequence[Result] = ()

    @property
    def unmet_blocking(self) -> list[Result]:
        """What holds a revision back: empty means that the controls let it come into force (R6)."""
        return [result for result in self.results if result.holds]

    @property
    def unmet(self) -> list[Result]:
        """What is red, whether it holds anything back or not."""
        return [result for result in self.results if result.is_red]

    @property
    def demanded(self) -> int:
        """How many controls apply."""
        return sum(result.status in DEMANDED for result in self.results)

    def count(self, status: str) -> int:
        """How many controls have a status."""
        return sum(result.status == status for result in self.results)

    @property
    def met(self) -> int:
        """How many are met."""
        return self.count(Status.MET)

    @property
    def turns_at(self) -> datetime | None:
        """The earliest moment at which time alone changes one of them."""
        return min((result.expires_at for result in self.results if result.expires_at is not None), default=None)


def judge(held: Held) -> Standing:
    """Return how every control that the tier demands stands, from what is held."""
    results = [result_of(held, control) for control in held.demand.controls]
    return Standing(held.key, held.demand.number, held.at, results)


def result_of(held: Held, control: Mapping[str, Any]) -> Result:
    """Return how one control stands: not applicable, else what its check finds, else waived by an exception."""
    key = str(control["key"])
    waiver = None
    if not applies(held, str(control.get("applies", "always"))):
        found = Finding(Status.NOT_APPLICABLE, _aside(str(control["applies"])))
    else:
        found = _found(held, control)
        waiver = held.waivers.get(key) if found.status in RED else None
    if waiver is not None:
        until = day(waiver.ends_at.astimezone(held.zone))
        found = Finding(Status.EXCEPTED, f"Excepted by {waiver.key} until {until}. {found.why}", until=waiver.ends_at)
    return Result(
        key=key,
        title=str(control.get("title", key)),
        demand=str(control.get("why", "")),
        kind=str(control.get("kind", "")),
        status=found.status,
        why=found.why,
        next_step=found.next_step,
        door=found.door,
        blocking=bool(control.get("blocking", True)) and held.demand.number >= int(control.get("blocks_from", BLOCKS_FROM)),
        surface_key=held.key,
        expires_at=found.until,
        evidence=tuple(use for use in held.uses if use.control == key),
        exception=waiver,
        wanted=str(control.get("evidence", "")),
    )


def _found(held: Held, control: Mapping[str, Any]) -> Finding:
    if control.get("kind") == "attested":
        return proof.attested(held, control)
    check = CHECKS.get(str(control["key"]))
    if check is None:
        return unmet(
            f"Policy calls {control.get('title', control['key'])} automatic, and there is no check of this name.",
            "Have the policy call it attested, and say which evidence shows it.",
            "policy",
        )
    return check(held)


def applies(held: Held, where: str) -> bool:
    """Whether a control is demanded of this surface; before there is a contract everything is, as nothing rules it out."""
    if where == "always" or not held.contract:
        return True
    classes = [held.classes[key] for key, _ in held.named_classes if key in held.classes]
    sensitive = any(each.sensitive for each in classes)
    if where == "drafts":
        return bool(held.part("outputs", "draft"))
    if where == "sensitive":
        return sensitive
    if where == "regulated":
        decides = held.part("outputs", "decision") in {"supports", "makes"}
        return any(each.regulated for each in classes) or (decides and sensitive)
    if where == "tools":
        return bool(held.tool_rows)
    return any("irreversible" in (row.get("effect"), _known_effect(held, row["key"])) for row in held.tool_rows)


def _known_effect(held: Held, key: str) -> str:
    return held.tools[key].effect if key in held.tools else ""


def _aside(where: str) -> str:
    return {
        "drafts": "It drafts nothing that a person sends.",
        "regulated": "It touches no regulated data and takes no part in decisions about people.",
        "tools": "It calls no tools.",
        "irreversible": "None of its tools does what cannot be undone.",
        "sensitive": "It sees no sensitive data.",
    }.get(where, "It does not apply here.")
