"""What cadence adds to the demo company: four weekly reviews, one of a vendor, a checklist, and the thirty days."""

from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from governance.reviews import actions, queries, rollout, scheduling
from governance.reviews.models import Review
from registry.cadence.vendoragenda import named
from registry.catalog.models import Vendor

WEEKLY = (
    (
        3.4,
        "Cost rose with the longer prompt of claims triage; quality did not.",
        "Shorten the prompt of claims triage",
        "noor",
        9,
        "It is a third shorter; the pass rate held.",
    ),
    (
        2.4,
        "Two cases of the letters suite fail since the retrieval index grew.",
        "Pin the index that letters are tried against",
        "daniel",
        6,
        "Pinned; both cases pass again.",
    ),
    (
        1.4,
        "Repeated runs of support drafts lie further apart than a month ago.",
        "Run support drafts five times before each release",
        "ben",
        12,
        "",
    ),
    (
        0.4,
        "The add-in was seen with a model that nobody approved.",
        "Ask Lumen for a switch by tenant",
        "samuel",
        2,
        "",
    ),
)
"""Weeks ago, what was noted, what was decided, who does it, until how many days later, and what came of it."""
ANSWERS = {
    "decision_rights": ("in_place", "The RACI of each surface names who approves; Security holds tools.", "/policy/", "daniel"),
    "evals": ("partly", "Suites for all that customers see; three internal tools have none.", "/evals/", "daniel"),
    "observability": ("partly", "Traces from the gateway; the add-in sends none.", "", "samuel"),
    "security_privacy": (
        "in_place",
        "Data rules by class and endpoint, redaction in the gateway.",
        "/catalog/data-rules/",
        "priya",
    ),
    "cost": ("missing", "Budgets are set, but nothing stops a loop at night.", "", "samuel"),
}
REVIEWED = "lumen-office"


def tell(story: Any) -> None:
    """Put it on the story's calendar."""
    story.at(story.data["began"] - 0.5, partial(_roll_out, story))
    story.at(8, partial(_checklist, story))
    story.at(5.5, partial(_vendor, story))
    for told in WEEKLY:
        story.at(told[0], partial(_weekly, story, *told[1:]))
    story.at(0.05, partial(scheduling.run, None, lambda *said: None))


def _roll_out(story: Any) -> None:
    cast = story.cast
    actions.start_rollout(actor=cast["rosa"], starts_on=clock.today(), owner=cast["ingrid"])
    steps = [step.key for step in rollout.steps()]
    for number, key in enumerate(steps):
        if number % 4 == 0:
            actions.give_step(key, actor=cast["rosa"], owner=cast[("rosa", "daniel", "samuel", "priya")[number // 4 % 4]])


def _weekly(story: Any, said: str, decided: str, owner: str, days: int, outcome: str) -> None:
    rosa, today = story.cast["rosa"], clock.today()
    asked = tuple(story.cast[name] for name in ("daniel", "noor", "ben"))
    review = actions.plan("eval", actor=rosa, planned_on=today, asked=asked)
    actions.begin(review, actor=rosa)
    actions.note(review, actor=rosa, notes=said)
    until = today + timedelta(days=days)
    decision = actions.decide(review, actor=rosa, text=decided, owner=story.cast[owner], due_on=until)
    actions.come(review, actor=rosa, people=[rosa, story.cast["daniel"], story.cast["noor"]])
    actions.close(review, actor=rosa)
    if outcome:
        story.later(30, partial(actions.do_decision, decision, actor=story.cast[owner], note=outcome))


def _checklist(story: Any) -> None:
    rosa = story.cast["rosa"]
    review = actions.plan("operations", actor=rosa, planned_on=clock.today())
    for row in queries.answers(review):
        if row.area_key in ANSWERS:
            standing, answer, shown_by, owner = ANSWERS[row.area_key]
            given = actions.give_answer(row, actor=rosa, owner=story.cast[owner])
            actions.answer(given, actor=story.cast[owner], standing=standing, answer=answer, shown_by=shown_by)
    actions.begin(review, actor=rosa)
    until = clock.today() + timedelta(days=40)
    actions.decide(review, actor=rosa, text="Stop loops at night", owner=story.cast["samuel"], due_on=until)
    _close(review, rosa)


def _vendor(story: Any) -> None:
    vendor: Vendor | None = named(story.cast["rosa"], REVIEWED)
    if vendor is None:
        return
    rosa, until = story.cast["rosa"], clock.today() + timedelta(days=50)
    review = actions.plan("vendor", actor=rosa, planned_on=clock.today(), subject=vendor, owner=story.cast["samuel"])
    actions.begin(review, actor=rosa)
    actions.decide(review, actor=rosa, text="Get the switch by tenant in writing", owner=story.cast["samuel"], due_on=until)
    _close(review, rosa, outcome="conditions", outcome_why="We keep it for drafts, as long as the model can be pinned.")


def _close(review: Review, actor: Any, outcome: str = "", outcome_why: str = "") -> None:
    actions.come(review, actor=actor, people=[each.person for each in queries.attendance(review)])
    actions.close(review, actor=actor, outcome=outcome, outcome_why=outcome_why)
