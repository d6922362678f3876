"""Which contract a sheet is about, and how it stands: in force, waiting, drafted, or not there at all."""

from dataclasses import dataclass, field
from typing import Any

from governance.documents.tags import day
from registry.changes import queries as changes
from registry.changes.models import Change
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface, SurfaceState


@dataclass(frozen=True)
class Standing:
    """The contract that a sheet shows, and what must be said about it so that nobody takes it for more than it is."""

    contract: dict[str, Any]
    revision: Revision | None
    change: Change | None
    label: str
    value: str
    level: str
    mark: dict[str, str] | None = field(default=None)

    @property
    def shown(self) -> dict[str, str]:
        """The line under the title."""
        return {"label": self.label, "value": self.value, "level": self.level}


def mark(level: str, label: str, text: str) -> dict[str, str]:
    """Return the band that says what a sheet is not."""
    return {"level": level, "label": label, "text": text}


def standing_of(surface: Surface) -> Standing:
    """Return what holds for a surface; else what is proposed; else what is drafted; else nothing, and says so."""
    waiting = changes.open_change(surface)
    if surface.in_force is not None:
        return _in_force(surface, surface.in_force, waiting)
    if surface.state == SurfaceState.RETIRED:
        band = mark("stop", "Retired.", f"Since {day(surface.retired_on)} nothing holds for this surface.")
        return _last(surface, "Retired", band)
    if waiting is not None:
        text = f"This is revision {waiting.revision.number} as proposed on {day(waiting.created_at)}. It does not hold."
        band = mark("warn", "Not approved.", text)
        return Standing(waiting.revision.contract, waiting.revision, waiting, "State", "Waiting for approval", "warn", band)
    draft = surfaces.contract_draft(surface)
    if draft is not None:
        band = mark("stop", "Draft, never approved.", "This is what somebody is writing. Nobody has agreed to it.")
        return Standing(draft.content, None, None, "State", "Draft", "stop", band)
    band = mark("stop", "Never approved.", "Nobody has written down yet what this surface may do, and nobody has approved it.")
    return _last(surface, "Not approved", band)


def _in_force(surface: Surface, revision: Revision, waiting: Change | None) -> Standing:
    held = surface.changes.filter(revision=revision, state=Change.State.IN_FORCE).select_related("request").first()
    band = None
    if waiting is not None:
        text = f"Revision {waiting.revision.number} was proposed on {day(waiting.created_at)} and is not part of this sheet."
        band = mark("line", "A change is waiting.", text)
    return Standing(revision.contract, revision, held, "In force", f"Revision {revision.number}", "held", band)


def _last(surface: Surface, value: str, band: dict[str, str]) -> Standing:
    """Stand for a surface for which nothing holds: what was last proposed is shown where there is something."""
    last = surface.revisions.order_by("-number").first()
    if last is None:
        return Standing({}, None, None, "State", value, "stop", band)
    return Standing(
        last.contract, None, None, "State", value, "stop", {**band, "text": f"{band['text']} Shown is revision {last.number}."}
    )
