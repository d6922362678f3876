"""Who is on call in the demo: two rotas, the paths that call them, the routes, and somebody who covers for a colleague."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from governance.people.models import Position
from registry.oncall import actions
from registry.oncall.actions import LayerTerms, StepTerms
from registry.oncall.actions.paths import Target
from registry.oncall.models import EscalationPath, Rota

SET_UP, COVERED = 0.15, 0.2  # weeks after the beginning, before the end


def tell(story: Any) -> None:
    """Put it on the calendar: before the first contract is proposed, and in the last days."""
    story.at(story.data["began"] - SET_UP, partial(_set_up, story))
    story.at(COVERED, partial(_cover, story))


def _set_up(story: Any) -> None:
    held, officer = story.data["on_call"], story.cast["rosa"]
    rotas = {row["key"]: _rota(story, row) for row in held["rotas"]}
    paths: dict[str, EscalationPath] = {}
    for row in held["paths"]:
        steps = [StepTerms([_target(each, rotas, story) for each in step["tells"]], step["wait"]) for step in row["steps"]]
        paths[row["key"]] = actions.make_path(
            actor=officer, key=row["key"], name=row["name"], team=story.teams.get(row.get("team", "")), steps=steps
        )
    for row in held["routes"]:
        words = {"category": row.get("category", ""), "tier": row.get("tier"), "team": story.teams.get(row.get("team", ""))}
        actions.make_route(actor=officer, path=paths[row["path"]], **words)


def _rota(story: Any, row: Mapping[str, Any]) -> Rota:
    officer, today = story.cast["rosa"], clock.today()
    rota = actions.make_rota(
        actor=officer, key=row["key"], name=row["name"], team=story.teams[row["team"]], time_zone=story.data["time_zone"]
    )
    monday = today - timedelta(days=today.weekday() + 7)
    for layer in row["layers"]:
        terms = LayerTerms(
            name=layer["name"],
            people=[story.cast[key] for key in layer["people"]],
            starts_on=monday,
            rotation=layer.get("rotation", "weekly"),
            restriction=layer.get("restriction", {}),
        )
        rota = actions.set_layer(rota, terms, actor=officer)
    return rota


def _target(named: str, rotas: Mapping[str, Rota], story: Any) -> Target:
    """Return what a step of the data file names: rota:claims-on-call, position:security, person:ingrid."""
    kind, _, key = named.partition(":")
    if kind == "rota":
        return rotas[key]
    found: Target = Position.objects.get(key=key) if kind == "position" else story.cast[key]
    return found


def _cover(story: Any) -> None:
    """One of them swaps a day that is still to come when somebody looks."""
    row = story.data["on_call"]["cover"]
    starts = story.today + timedelta(days=1)
    actions.cover(
        Rota.objects.get(key=row["rota"]),
        actor=story.cast[row["by"]],
        person=story.cast[row["person"]],
        starts_at=starts.replace(minute=0, second=0, microsecond=0),
        ends_at=starts.replace(minute=0, second=0, microsecond=0) + timedelta(days=1),
        reason=row["reason"],
    )
