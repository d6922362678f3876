"""The audit-trail checklist of a surface: five rows of policy, each computed where the contract says enough, else attested."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.controls import doors
from registry.controls.checks import proof
from registry.controls.checks.finding import Finding, met, names, unmet, without_contract
from registry.controls.held import Held
from registry.controls.models import RED, Status

PREFIX = "audit:"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what leaves a trail, what to record, where teams fail, the least control, and how it stands here."""

    key: str
    what: str
    record: str
    where_teams_fail: str
    least_control: str
    status: Status
    why: str
    next_step: str
    next_url: str

    @property
    def is_red(self) -> bool:
        """Whether something is left to do."""
        return self.status in RED


def trail(held: Held, document: Mapping[str, Any]) -> list[Row]:
    """Return the rows of policy's checklist for one surface."""
    return [_row(held, row) for row in document["audit_trail"]]


def _row(held: Held, row: Mapping[str, Any]) -> Row:
    key = str(row["key"])
    found = COMPUTED[key](held) if key in COMPUTED else None
    if found is None or found.status in RED:
        shown = proof.attested(held, {"key": f"{PREFIX}{key}", "evidence": row["least_control"]})
        if found is None or shown.status == Status.MET:
            found = shown
    return Row(
        key,
        row["what"],
        row["record"],
        row["where_teams_fail"],
        row["least_control"],
        found.status,
        found.why,
        found.next_step,
        doors.open_(found.door, held.key) if found.door else "",
    )


def _prompts(held: Held) -> Finding:
    if not held.contract:
        return without_contract()
    rows = held.contract.get("prompts") or ()
    if not rows:
        return unmet("The contract names no prompt.", "Name the prompts and their versions in the contract.", "contract")
    loose = [
        row["key"] for row in rows if not (row.get("version") and (row.get("text") or row.get("commit") or row.get("sha256")))
    ]
    if loose:
        return unmet(
            f"{names(loose)} has no version or no words that an approval covers.", "Give both in the contract.", "contract"
        )
    said = names(f"{row['key']} {row['version']}" for row in rows[:4])
    return met(f"{said}: approved word for word with the contract.")


def _routing(held: Held) -> Finding:
    if not held.contract:
        return without_contract()
    primary = [row["endpoint"] for row in held.contract.get("routes") or () if row.get("role") == "primary"]
    if not primary:
        return unmet("The contract names no endpoint that answers.", "Name the routes in the contract.", "contract")
    if not held.part("rollback", "target"):
        return unmet("The routes are named, and no way back is.", "Say in the contract to which revision to go back.", "contract")
    called = names(held.endpoints[key].model if key in held.endpoints else key for key in primary)
    return met(f"{called} by name, with a way back; anything else is no part of the contract.")


def _retrieval(held: Held) -> Finding:
    if not held.contract:
        return without_contract()
    rows = held.contract.get("retrieval") or ()
    if not rows:
        return Finding(Status.NOT_APPLICABLE, "It retrieves nothing.")
    loose = [row["key"] for row in rows if not (row.get("snapshot") and row.get("access"))]
    if loose:
        return unmet(f"{names(loose)} has no snapshot or no access scope.", "Say both in the contract.", "contract")
    held_at = names(f"{row['key']} {row['snapshot']}" for row in rows)
    return met(f"{held_at}, each with its access scope.")


def _outputs(held: Held) -> Finding:
    if not held.contract:
        return without_contract()
    kept = held.part("auditability", "fields") or ()
    days = held.part("auditability", "retention_days")
    if "output_fingerprint" not in kept or not days:
        return unmet(
            "The contract does not say that outputs are kept, and for how long.", "Say it under auditability.", "contract"
        )
    raw = {"none": "no raw text is kept", "redacted": "text is kept redacted"}.get(str(held.part("auditability", "raw_text")))
    if raw is None:
        return unmet("Raw text is kept as it is.", "Keep it redacted, or show the rules under which it is kept.", "contract")
    return met(f"Fingerprints are kept {days:,} days; {raw}.")


def _overrides(held: Held) -> Finding:
    if not held.contract:
        return without_contract()
    if held.part("human_review", "when") in (None, "never"):
        return Finding(Status.NOT_APPLICABLE, "No person edits or approves what it says.")
    kept = held.part("auditability", "fields") or ()
    if not held.part("human_review", "override") or not {"human_edit", "override_reason"} & set(kept):
        return unmet(
            "It is not said how a person overrules it, or the edit is not kept.",
            "Say it under human review, and log the final human edit.",
            "contract",
        )
    return met("How a person overrules it is said, and what they did is kept.")


COMPUTED: Mapping[str, Callable[[Held], Finding]] = {
    "prompts": _prompts,
    "routing": _routing,
    "retrieval": _retrieval,
    "outputs": _outputs,
    "overrides": _overrides,
}
