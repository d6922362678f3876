"""Puts assets and their versions before readers: what a version holds, how two differ, where each is used."""

from dataclasses import dataclass
from typing import Any

from governance.ui import atoms
from registry.assets import queries
from registry.assets.models import Asset, AssetUse, AssetVersion
from registry.assets.naming import Named
from registry.assets.queries import Standing
from registry.contracts.prose import Segment, compare

WORDS = {
    "endpoint": "Endpoint",
    "role": "Role",
    "condition": "When",
    "share": "Share",
    "model": "Model",
    "vendor": "Vendor",
    "region": "Region",
    "key": "Key",
    "name": "Name",
    "description": "What it does",
    "effect": "Effect",
    "limits": "Limits",
    "version": "Version",
}
"""How the facts of routes and tools are called."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that differs between two versions: what it is called, before and after, word by word."""

    label: str
    segments: tuple[Segment, ...]


def differences(old: AssetVersion, new: AssetVersion | Named) -> list[Moved]:
    """Return what differs between two versions, word by word; the words first, then where it lives, then the facts."""
    before, after = _said(_held(old)), _said(_held(new))
    labels = dict.fromkeys([*before, *after])
    found = [(label, before.get(label, ""), after.get(label, "")) for label in labels]
    return [Moved(label, tuple(compare(was, now))) for label, was, now in found if was != now]


def _held(version: AssetVersion | Named) -> dict[str, Any]:
    if isinstance(version, Named):
        return version.held
    names = ("text", "repository", "path", "commit", "snapshot", "documents", "access", "facts")
    held = {name: getattr(version, name) for name in names}
    return held | {"given": version.digest if version.digest_of == AssetVersion.DigestOf.GIVEN else ""}


def _said(held: dict[str, Any]) -> dict[str, str]:
    """Everything that is held, under the name by which it is read."""
    names = {
        "text": "Words",
        "snapshot": "Snapshot",
        "documents": "Documents",
        "access": "Access scope",
        "repository": "Repository",
        "path": "Path",
        "commit": "Commit",
        "given": "Hash",
    }
    told = {label: str(held[name]) for name, label in names.items() if held.get(name)}
    facts = held.get("facts") or []
    for row in facts:
        about = f"{row['endpoint']}, " if len(facts) > 1 and "endpoint" in row else ""
        told |= {f"{about}{WORDS.get(name, name)}": str(value) for name, value in row.items() if value not in ("", None)}
    return told


def facts_of(version: AssetVersion) -> list[tuple[str, str, Any]]:
    """Return what a version holds beside its words, for the page's table of parts."""
    told = [(label, "", text) for label, text in _said(_held(version)).items() if label not in ("Words", "Hash")]
    if version.link:
        told.append(("Link", "", atoms.link(version.link, version.link)))
    return [*told, ("Hash", f"of {version.get_digest_of_display()}", atoms.hash_code(version.digest, "SHA-256"))]


def use_state(use: AssetUse) -> tuple[str, str]:
    """Say whether the revision that names a version holds now, may come into force, or is history."""
    revision = use.revision
    if revision.surface.in_force_id == revision.pk:
        return "held", "In force"
    return ("wait", "Proposed") if getattr(use, "pending", 0) else ("until", "Earlier")


def used_by(user: Any, asset: Asset, limit: int = 200) -> list[tuple[AssetUse, tuple[str, str]]]:
    """Return by which revisions an asset is named, those in force first, then what is proposed, then what is history."""
    order = {"held": 0, "wait": 1, "until": 2}
    found = [(use, use_state(use)) for use in queries.uses_of(user, asset)[:limit]]
    return sorted(found, key=lambda pair: order[pair[1][0]])


@dataclass(frozen=True)
class Row:
    """One asset on a surface's tab: how it stands, and what moved since the revision in force was approved."""

    standing: Standing
    moved: list[Moved]

    @property
    def says(self) -> tuple[str, str]:
        """The mark and words of how it stands."""
        one = self.standing
        if one.swapped:
            return "stop", "The catalogue says otherwise since"
        if one.moved and one.newest is not None:
            return "warn", f"{one.newest.label} is newer"
        return "ok", "As approved"


def since_approved(surface: Any) -> list[Row]:
    """Return each asset of a surface's revision in force, with what is newer now, word by word."""
    rows = []
    for one in queries.standing(surface):
        newer = one.now if one.swapped else one.newest if one.moved else None
        rows.append(Row(one, differences(one.held, newer) if newer is not None else []))
    return rows
