"""Pulls levers for an incident: the feature that owns the lever acts and keeps the record; the timeline tells of it.

A lever holds from its own commit on. Only then is it timed, by asking what is served, and noted; were the process to die
in between, the timeline still gets its automatic entry from the ledger.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from governance.core.errors import Conflict
from governance.people.models import User
from incidents.cases import actions as cases
from incidents.cases.models import Incident
from incidents.levers import queries
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.modes import actions as modes
from registry.modes import ladder
from registry.modes.models import ModeChange
from registry.modes.ofrep import queries as ofrep
from registry.quarantine import actions as quarantine
from registry.quarantine import queries as quarantined
from registry.quarantine.models import Quarantine
from registry.surfaces.models import Mode, Revision, Surface

KIND = "lever"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A lever that was pulled: what came of it, and after how many seconds it was served (None where it waits for a yes)."""

    result: ModeChange | Quarantine | Change
    seconds: float | None
    incident: Incident


def lower(
    incident: Incident, surface: Surface, *, actor: User, to: str, reason: str, expected_version: int | None = None
) -> Pulled:
    """Lower the mode of a surface that the incident touches. Raises as `modes.actions.lower`, Conflict when it is closed."""
    _open(incident)
    began = time.monotonic()
    standing = queries.leading(actor, incident)
    step = modes.lower(surface, actor=actor, to=to, reason=reason, expected_version=expected_version, standing=standing)
    row = ofrep.served(surface)
    seconds = time.monotonic() - began
    holds = ladder.depth(row.served) >= ladder.depth(to)
    told = _served(seconds) if holds else f"By now it is served in mode {Mode(row.served).label.lower()}."
    said = f"lowered {surface.name} to {Mode(to).label.lower()}. {told} {step.reason}"
    data = {"lever": "mode", "surface": surface.key, "before": step.before, "after": step.after, "step": step.key}
    _note(incident, actor, said, surface.get_absolute_url() + "#mode", data | {"seconds": round(seconds, 3)})
    return Pulled(step, seconds, incident)


def take_out(incident: Incident, *, actor: User, kind: str, thing: Any, reason: str) -> Pulled:
    """Quarantine an endpoint, source, tool or vendor because of the incident. Raises as `quarantine.actions.place`, Conflict
    when the incident is closed."""
    _open(incident)
    began = time.monotonic()
    standing = queries.quarantine_standing(actor, incident, kind, thing)
    row = quarantine.place(actor=actor, kind=kind, thing=thing, reason=reason, incident_key=incident.key, standing=standing)
    holds = row.key in quarantined.in_force().keys
    seconds = time.monotonic() - began
    told = _served(seconds) if holds else "By now it is lifted again."
    said = f"put {row.get_kind_display().lower()} {row.name} in quarantine for every surface. {told} {row.reason}"
    data = {"lever": "quarantine", "kind": kind, "thing": row.thing_key, "quarantine": row.key, "seconds": round(seconds, 3)}
    _note(incident, actor, said, row.get_absolute_url(), data)
    return Pulled(row, seconds, incident)


def roll_back(
    incident: Incident, surface: Surface, *, actor: User, to: Revision, reason: str, expected_version: int | None = None
) -> Pulled:
    """Propose an earlier revision of a surface through the lane for rollbacks: it holds once named people said yes.

    Raises as `changes.actions.roll_back`, Conflict when the incident is closed.
    """
    _open(incident)
    change = changes.roll_back(surface, actor=actor, to=to, why=reason, expected_version=expected_version)
    people = change.request.steps.count() if change.request else 0
    asked = "One person is" if people == 1 else f"{people} people are"
    said = f"proposed to roll {surface.name} back to revision {to.number}. {asked} asked to approve it. {reason.strip()}"
    data = {"lever": "rollback", "surface": surface.key, "number": to.number, "change": change.key}
    _note(incident, actor, said, reverse("change", args=[change.key]), data)
    return Pulled(change, None, incident)


def _open(incident: Incident) -> None:
    if not incident.is_open:
        raise Conflict(f"{incident.key} is closed.", fix="Pull the lever on the page of the surface, or report a new incident.")


def _served(seconds: float) -> str:
    return f"Served after {seconds:.2f} s."


def _note(incident: Incident, actor: User, text: str, url: str, data: dict[str, Any]) -> None:
    cases.note(incident, actor=actor, kind=KIND, text=text, url=url, data=data)
