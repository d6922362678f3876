"""What else happened in the half year: an emergency, a rollback, freezes, drills planned and missed, the risk register."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from governance.people.models import User
from registry.changes import actions as changes
from registry.changes import queries
from registry.changes.models import Change
from registry.demo.contracts import revised
from registry.demo.stories import approve_all, record_of
from registry.risks import actions as risks
from registry.surfaces.models import Surface
from registry.switches import actions as drills


def tell(story: Any) -> None:
    """Put it on the calendar."""
    told = story.data["happenings"]
    for row in told["emergencies"]:
        story.at(row["weeks"], partial(_emergency, story, row))
    for row in told["rollbacks"]:
        story.at(row["weeks"], partial(_roll_back, story, row))
    for row in told["freezes"]:
        story.at(row["weeks"], partial(_freeze, story, row))
    for row in told["drills"]:
        story.at(row["weeks"], partial(_drill, story, row))
    story.at(told["risks"]["weeks"], partial(_risks, story, told["risks"]))


def _surface(name: str) -> Surface:
    return Surface.objects.select_related("owner", "team__lead", "in_force").get(name=name)


def _owner(story: Any, surface: Surface) -> User:
    """The owner, or the risk officer where there is none any more."""
    return surface.owner or story.cast["rosa"]


def _emergency(story: Any, row: Mapping[str, Any]) -> None:
    """It cannot wait: one position lets it through, and somebody else looks back at it afterwards."""
    surface = _surface(row["surface"])
    assert surface.in_force is not None  # noqa: S101 - the data file names a live one
    about = next(each for each in story.data["surfaces"] if each["name"] == surface.name)
    change = changes.propose_emergency(
        surface,
        actor=_owner(story, surface),
        title=row["title"],
        incident=row["incident"],
        why=row["why"],
        contract=revised(surface.in_force.contract, {"prompt": row["prompt"]}),
        record=record_of(about),
    )
    if change.request is not None:
        approve_all(change.request, story)
    if "findings" in row:
        story.later(20, partial(_look_back, story, change.pk, row["findings"]))


def _look_back(story: Any, pk: int, findings: str) -> None:
    review = Change.objects.get(pk=pk).emergency_review
    changes.close_review(review, actor=story.cast["rosa"], outcome="kept", findings=findings)


def _roll_back(story: Any, row: Mapping[str, Any]) -> None:
    surface = _surface(row["surface"])
    before = queries.rollback_targets(surface).first()
    assert before is not None  # noqa: S101 - the data file names one with two revisions
    change = changes.roll_back(surface, actor=_owner(story, surface), to=before, why=row["why"])
    story.answer(change.request)


def _freeze(story: Any, row: Mapping[str, Any]) -> None:
    start = clock.now() + timedelta(days=row["in_days"])
    changes.freeze(
        actor=story.cast["rosa"],
        name=row["name"],
        reason=row["reason"],
        starts_at=start,
        ends_at=start + timedelta(days=row["days"]),
        tiers=row.get("tiers", ()),
        teams=[story.teams[key] for key in row.get("teams", ())],
    )


def _drill(story: Any, row: Mapping[str, Any]) -> None:
    surface = _surface(row["surface"])
    kind = row["kind"]
    if "in_days" in row:
        planned = clock.today() + timedelta(days=row["in_days"])
        drills.plan(surface, actor=_owner(story, surface), kind=kind, planned_on=planned, lever=row["lever"])
        return
    drills.record(
        surface,
        actor=_owner(story, surface),
        kind=kind,
        outcome=row["outcome"],
        seconds=row["seconds"],
        run_at=clock.now() - timedelta(hours=1),
        note=row["note"],
        lever=row["lever"],
    )


def _risks(story: Any, told: Mapping[str, Any]) -> None:
    """The five areas of policy, weighed for the company, and what single surfaces add."""
    officer = story.cast["rosa"]
    for risk in risks.draft_areas(actor=officer):
        row = told["areas"][risk.area]
        risks.give_owner(risk, actor=officer, to=story.cast[row["owner"]])
        risk.refresh_from_db()
        reason = "First look with those who answer for it."
        risks.review(risk, actor=officer, likelihood=row["likelihood"], impact=row["impact"], reason=reason)
    for row in told["surfaces"]:
        surface = _surface(row["surface"])
        given = {name: row[name] for name in ("title", "area", "likelihood", "impact", "defined", "plan", "controls")}
        risks.register(actor=_owner(story, surface), surface=surface, evidence=row["shows"], **given)
