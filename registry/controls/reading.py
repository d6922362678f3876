"""Puts a surface's standing before people: what holds something back first, then the rest of what is red, then what is well."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.reading import once
from registry.controls import audit, queries
from registry.controls.ground import ground
from registry.controls.models import ByItself, ControlResult, ControlsState, Status
from registry.controls.standing import Result, Standing, judge
from registry.controls.tables import tone, url_of
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface


@dataclass
class Group:
    """Results that call for the same thing."""

    key: str
    title: str
    note: str
    results: list[Result] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """One revision that can be looked at."""

    label: str
    url: str
    current: bool


def groups(standing: Standing) -> list[Group]:
    """Return the results by what they call for, groups without any left out."""
    found = {
        "holds": Group("holds", "Holds a revision back", "meet each, or have it excepted for a time"),
        "red": Group("red", "Not met, and holds nothing back", "policy lets this tier ship quickly"),
        "excepted": Group("excepted", "Excepted for a time", "each ends by itself"),
        "met": Group("met", "Met", ""),
        "aside": Group("aside", "Does not apply here", ""),
    }
    for result in standing.results:
        found[_group(result)].results.append(result)
    return [group for group in found.values() if group.results]


def _group(result: Result) -> str:
    if result.is_red:
        return "holds" if result.holds else "red"
    return {Status.EXCEPTED: "excepted", Status.MET: "met"}.get(result.status, "aside")


def figures(standing: Standing) -> list[tuple[str, int]]:
    """Return how many stand how, for a thin bar."""
    holds = len(standing.unmet_blocking)
    return [
        ("ok", standing.met),
        ("held", standing.count(Status.EXCEPTED)),
        ("warn", len(standing.unmet) - holds),
        ("stop", holds),
    ]


def said(standing: Standing) -> str:
    """Say in one sentence how it stands."""
    if not standing.results:
        return "No control is demanded."
    parts = [f"{standing.met} of {standing.demanded} met"]
    if excepted := standing.count(Status.EXCEPTED):
        parts.append(f"{excepted} excepted")
    if holds := len(standing.unmet_blocking):
        parts.append(f"{holds} hold a revision back" if holds > 1 else "one holds a revision back")
    elif standing.unmet:
        parts.append(f"{len(standing.unmet)} not met, holding nothing back")
    return ", ".join(parts)


def tab(user: Any, surface: Surface, number: str) -> dict[str, Any]:
    """Return what the tab of a surface shows, for the revision of the address or what it stands under by itself."""
    if surface.tier is None:
        return {"surface": surface, "standing": None, "tier_url": reverse("surface-tier", args=[surface.key])}
    newest = surface.revisions.order_by("-number").first()
    revision = _revision(surface, number) if number else None
    shared = ground()
    held = queries.facts_of(surface, shared, revision=revision)
    standing = judge(held)
    may_edit = surfaces.may_edit(user, surface)
    shown = queries.shown_on(user, surface)
    return {
        "surface": surface,
        "standing": standing,
        "groups": [
            (
                group,
                [
                    (result, _tone(result), _waiver(surface, result, bool(may_edit)), speaking(shown.get(result.key, ())))
                    for result in group.results
                ],
            )
            for group in groups(standing)
        ],
        "said": said(standing),
        "figures": figures(standing),
        "trail": [
            (row, _trail_tone(row), speaking(shown.get(f"{audit.PREFIX}{row.key}", ())))
            for row in audit.trail(held, shared.document)
        ],
        "looks": _looks(surface, newest, revision),
        "looked_at": revision or surface.in_force or newest,
        "policy": shared.version,
        "proof_text": f"Computed from what is held now, under policy {shared.version.label}.",
        "policy_url": reverse("policy-version", args=[shared.version.label]),
        "may_edit": may_edit,
    }


def speaking(rows: Sequence[ByItself]) -> list[tuple[ByItself, str]]:
    """Return what shows a control by itself, each with the page of its record."""
    return [(row, url_of(row)) for row in rows]


def _tone(result: Result) -> str:
    found = tone(result.status, result.blocking)
    return "held" if found == "until" else found


def _trail_tone(row: audit.Row) -> str:
    return "warn" if row.is_red else "wait" if row.status == Status.NOT_APPLICABLE else "ok"


def _waiver(surface: Surface, result: Result, may_edit: bool) -> str:
    """Where an exception is asked for, where one can help: on what is red, by those who may."""
    if not result.is_red or not may_edit:
        return ""
    return f"{reverse('exception-new')}?{urlencode({'surface': surface.key, 'control': result.key})}"


def _revision(surface: Surface, number: str) -> Revision:
    found = surface.revisions.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    if found is None:
        raise NotVisible(f"{surface.key} has no revision {number[:20]}.", fix="Choose one of those on the page.")
    return found


def _looks(surface: Surface, newest: Revision | None, chosen: Revision | None) -> list[Look]:
    """The revisions between which the page switches: what is in force, and what was proposed after it."""
    now = surface.in_force
    if newest is None or now is None or newest.pk == now.pk:
        return []
    here = reverse("surface-controls", args=[surface.key])
    seen = chosen or now
    return [
        Look(f"In force, revision {now.number}", f"{here}?revision={now.number}", seen.pk == now.pk),
        Look(f"Proposed, revision {newest.number}", f"{here}?revision={newest.number}", seen.pk == newest.pk),
    ]


def state_of(surface: Surface) -> ControlsState | None:
    """Return the kept figures of a surface, or None while nothing was looked at."""
    return once(("controls state", surface.pk), ControlsState.objects.filter(surface=surface).first)


def panel(user: Any, surface: Surface) -> dict[str, Any]:
    """Return the short sheet on a surface's overview, from the kept figures; empty while nothing was looked at."""
    state = state_of(surface)
    if state is None or not state.demanded:
        return {}
    worst = ControlResult.objects.filter(surface=surface, status__in=(Status.NOT_MET, Status.EXPIRED)).order_by(
        "-blocking", "order"
    )[:4]
    rows = [(row, "stop" if row.blocking else "warn") for row in worst]
    bars = [
        ("ok", state.met),
        ("held", state.excepted),
        ("warn", state.unmet - state.unmet_blocking),
        ("stop", state.unmet_blocking),
    ]
    said = f"{state.met} of {state.demanded} met, {state.excepted} excepted, {state.unmet} not met"
    return {"surface": surface, "state": state, "rows": rows, "figures": bars, "said": said}
