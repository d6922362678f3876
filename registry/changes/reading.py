"""Puts a change before its readers: what differs in words, what could go wrong, the contract as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.changes.forms import DISCLOSURE
from registry.changes.models import Change
from registry.contracts import completeness, facts, validate
from registry.contracts.diff import diff
from registry.contracts.differences import AREAS, Diff, Difference
from registry.contracts.plumbfile import to_yaml
from registry.contracts.render import five_parts
from registry.surfaces import facts as held
from registry.surfaces.models import Draft, Surface

RECORD = (
    ("Why", "why"),
    ("Worst case", "worst_case"),
    ("Reach", "blast_radius"),
    ("Data touched", "data_touched"),
    ("How we would see", "drift_signs"),
    ("Rollback trigger", "rollback_trigger"),
    ("Eval evidence", "eval_evidence"),
)


@dataclass(frozen=True)
class Reading:
    """A difference as it is read: groups of sentences by part, what widens, what stays."""

    difference: Diff
    groups: list[tuple[str, list[tuple[str, list[Difference]]]]]
    widens: list[tuple[str, str]]
    total: int
    is_first: bool

    @property
    def changed(self) -> int:
        """How many parts differ."""
        return len(self.difference.changed_parts)

    @property
    def unchanged(self) -> int:
        """How many parts stay as they are."""
        return len(self.difference.unchanged_parts)


def read(old: Mapping[str, Any], new: Mapping[str, Any]) -> Reading:
    """Return how two contracts differ, for a page."""
    found = diff(dict(old), dict(new), held.names())
    widens = [(AREAS[one.area], one.why) for one in found.expansions]
    groups = [(title, _by_subject(title, rows)) for _, title, rows in found.groups()]
    return Reading(found, groups, widens if old else [], len(found.changed_parts) + len(found.unchanged_parts), not old)


def _by_subject(title: str, rows: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """Gather the differences of one part by what they are about, without repeating the part's own name."""
    found: dict[str, list[Difference]] = {}
    for row in rows:
        said = row.subject.removeprefix(f"{title.lower()}, ").removeprefix(f"{title.lower()} ")
        found.setdefault(said[:1].upper() + said[1:], []).append(row)
    return list(found.items())


def what_changes(change: Change) -> dict[str, Any]:
    """Return what a change's page and its deciding screen show."""
    record = [(label, getattr(change, name)) for label, name in RECORD if getattr(change, name)]
    target = change.rollback_to or change.base
    if target is not None:
        record.append(("Rolls back to", f"revision {target.number}"))
    if change.disclosure:
        known = dict(DISCLOSURE)
        record.append(("Disclosure", ", ".join(known.get(name, name).lower() for name in change.disclosure).capitalize()))
    return {
        "change": change,
        "reading": read(change.base.contract if change.base else {}, change.revision.contract),
        "record": record,
    }


def contract(change: Change) -> dict[str, Any]:
    """Return the whole contract of a change's revision."""
    revision = change.revision
    return {
        "parts": five_parts(revision.contract, held.names()),
        "revision": revision,
        "text": to_yaml(revision.contract),
    }


def draft(surface: Surface) -> dict[str, Any]:
    """Return the open draft: how it differs from what holds, what is wrong with it and what it lacks."""
    found = surface.drafts.filter(kind=Draft.Kind.CONTRACT).first()
    if found is None:
        return {"exists": False}
    whole, problems = validate.accept(found.content, known=held.known())
    tier = facts.tier_of(surface.tier or 0, held.tier_facts())
    return {
        "exists": True,
        "problems": problems,
        "missing": [] if problems else completeness.completeness(whole, tier),
        "reading": None if problems else read(surface.in_force.contract if surface.in_force else {}, whole),
    }
