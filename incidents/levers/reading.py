"""Puts the levers before whoever runs an incident: for each surface its ladder and its rollback, and what all would lose."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from governance.core.reading import once
from governance.people import roles
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.levers import queries
from registry.changes import queries as changes
from registry.modes import queries as modes
from registry.modes import reading as ladders
from registry.modes.models import ModeChange
from registry.quarantine import queries as quarantine
from registry.surfaces.models import Mode, Revision, Surface
from registry.switches import queries as drills
from registry.switches.models import Drill

MOST = 3
"""Surfaces whose levers the panel shows; an incident that touches more leads to their own pages for the rest."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One line of the panel: what it does, in a few words more, and where it is pulled or taken back.

    `tone` is "stop" for what stops everything. `is_on` says that it is in effect; `pull` is empty where it cannot be
    pulled (now, or by this person), `back` where nothing is to be taken back.
    """

    label: str
    note: str = ""
    pull: str = ""
    back: str = ""
    back_label: str = ""
    is_on: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The levers of one surface."""

    surface: Surface
    levers: tuple[Lever, ...]


def panel(request: Any, incident: Incident) -> str:
    """Return the panel of an incident's page; empty for one that touches nothing."""
    touched = cases.surfaces_of(incident)
    may = incident.is_open and roles.may_write(request.user)
    groups = [Group(each, tuple(_of_surface(incident, each, may))) for each in touched[:MOST]]
    everywhere = _everywhere(incident, touched, may)
    if not groups and not everywhere:
        return ""
    more = touched[MOST:]
    context = {"groups": groups, "everywhere": everywhere, "more": more, "incident": incident, "is_single": len(touched) == 1}
    return render_to_string("incidents/levers/_panel.html", context, request)


def at(name: str, incident: Incident, *more: str) -> str:
    """Return the address of a lever of an incident."""
    return reverse(f"incident-lever-{name}", args=[incident.key, *more])


def _of_surface(incident: Incident, surface: Surface, may: bool) -> list[Lever]:
    step = modes.last_step(surface) if surface.mode != Mode.NORMAL else None
    found = [_rung(incident, surface, rung, step, may) for rung in ladders.rungs(surface)]
    target = changes.rollback_targets(surface).defer("contract").first() if surface.in_force_id else None
    if target is not None:
        found.insert(-1, _rollback(incident, surface, target, may))
    return found


def _rung(incident: Incident, surface: Surface, rung: ladders.Rung, step: ModeChange | None, may: bool) -> Lever:
    if rung.is_current:
        said = f"since {timezone.localtime(step.at):%H:%M}, by {step.actor.name}" if step is not None else rung.means
        return Lever(str(rung.mode.label), said, is_on=True)
    note = " ".join(rung.touches) or rung.means
    if rung.lowers:
        pull = f"{at('mode', incident, surface.key)}?to={rung.mode.value}" if may else ""
        return Lever(str(rung.mode.label), note, pull, tone="stop" if rung.mode == Mode.OFF else "")
    back = f"{reverse('surface-mode-raise', args=[surface.key])}?to={rung.mode.value}" if may else ""
    return Lever(str(rung.mode.label), "raising needs approval again", back=back, back_label="Ask to raise")


def _rollback(incident: Incident, surface: Surface, target: Revision, may: bool) -> Lever:
    drilled = drills.last_passed([surface], Drill.Kind.ROLLBACK).get(surface.pk)
    note = "proposed at once; holds when named people agree"
    if drilled is not None and drilled.run_at is not None:
        note += f"; drilled {drilled.run_at:%-d %b}, {drilled.seconds} s"
    return Lever(f"Back to revision {target.number}", note, at("roll-back", incident, surface.key) if may else "")


def _everywhere(incident: Incident, touched: list[Surface], may: bool) -> list[Lever]:
    """Return what can be taken out of use for every surface; what is in quarantine already says so."""
    things = queries.things(incident, touched)
    if not things:
        return []
    held = once("quarantined", quarantine.in_force)
    by = {"source": held.sources, "tool": held.tools, "endpoint": held.endpoints, "vendor": held.vendors}
    found = []
    for each in things:
        if key := by[each.kind].get(each.key):
            back = reverse("quarantine-lift", args=[key]) if may else ""
            found.append(Lever(each.name, f"{each.kind}, in quarantine ({key})", back=back, back_label="Ask to lift", is_on=True))
        else:
            note = f"{each.kind}, out of use for every surface"
            pull = at("quarantine", incident, each.kind, each.key) if may else ""
            found.append(Lever(each.name, note, pull, tone="stop" if each.kind == "vendor" else ""))
    return found
