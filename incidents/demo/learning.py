"""What was learned from an incident of the demo: its postmortem, what is to be done, an eval case, and its end."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from governance.people.models import User
from incidents.postmortems import actions as postmortems
from incidents.postmortems.models import ActionItem
from registry.demo import paperwork
from registry.demo.stories import approve_all
from registry.evals.models import EvalSuite

SUMMED_UP = "causes_text"
"""In the data file `causes` are those of policy's list; the section of that key is written under this name."""


def postmortem(case: Any, actor: User, *, pm: str) -> None:
    """Begin it, and write what the data file has to say."""
    told = case.data["postmortems"][pm]
    begun = postmortems.begin(case.incident, actor=actor)
    for section in begun.sections.all():
        text = told.get(SUMMED_UP if section.kind == "causes" else section.kind, "")
        if text:
            postmortems.write_section(section, actor=actor, text=text)
    for cause, said in told.get("causes", ()):
        postmortems.name_cause(begun, actor=actor, cause=cause, note=said)
    if "item" in told:
        item(case, actor, **told["item"])


def item(
    case: Any, actor: User, *, what: str, owner: str, days: int, target: list[str], **more: Any
) -> None:  # fmt: skip
    """Ask for something to be done; `done` and `verified` say how long after the report that was, and with which words."""
    kind, key = target
    incident = case.incident
    made = postmortems.add_item(
        incident,
        actor=actor,
        what=what,
        owner=case.person(owner),
        due_on=clock.today() + timedelta(days=days),
        target_type=kind,
        target_id=incident.surface.key if key == "surface" else key,
    )
    if "done" in more:
        length, said = more["done"]
        case.later(length, partial(_finish, made.pk, case.person(owner), said))
    if "verified" in more:
        length, who, said = more["verified"]
        case.later(length, partial(_verify, made.pk, case.person(who), said))


def _finish(pk: int, actor: User, note: str) -> None:
    postmortems.finish_item(ActionItem.objects.get(pk=pk), actor=actor, note=note)


def _verify(pk: int, actor: User, note: str) -> None:
    postmortems.verify_item(ActionItem.objects.get(pk=pk), actor=actor, note=note)


def case(case: Any, actor: User, *, suite: str, name: str, words: str, expected: str) -> None:
    """Ask that what happened is tried from now on."""
    of = EvalSuite.objects.get(key=suite)
    postmortems.ask_for_case(case.incident, actor=actor, suite=of, name=name, words=words, expected=expected)


def run(case: Any, actor: User, *, suite: str, further: str) -> None:
    """CI runs the suite with the case that was asked for."""
    surface = case.incident.surface
    contract: Mapping[str, Any] = surface.in_force.contract
    row = next(each for each in contract["evals"] if each["suite"] == suite)
    paperwork.run_suite(case.story, surface, contract, row, further=[further])


def sign(case: Any, actor: User) -> None:
    """Put the postmortem before those whom policy names, who approve it."""
    asked = postmortems.ask_for_approval(case.incident.postmortem, actor=actor)
    approve_all(asked.request, case.story)


def close(case: Any, actor: User, *, reason: str) -> None:
    """Close the incident."""
    postmortems.close(case.incident, actor=actor, reason=reason)
