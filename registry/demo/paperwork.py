"""What the demo's surfaces show for their tiers: evidence, eval runs, drills, answers, exceptions; some of it late or red.

Before a change is put before its approvers, whatever its controls lack is brought in, through the actions that a person
would use. Afterwards time does its work: a run gets old, a drill is due, evidence runs out.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from governance.core.digest import sha256
from governance.people.models import User
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint, Vendor
from registry.controls import following, queries
from registry.demo.stories import approve_all
from registry.evals import actions as evals
from registry.evals.formats import Case, Report
from registry.evals.models import EvalSuite
from registry.evidence import actions as evidence
from registry.evidence.models import Evidence, EvidenceUse
from registry.exceptions import actions as exceptions
from registry.frameworks import actions as answers
from registry.frameworks import queries as frameworks
from registry.surfaces.models import Surface, SurfaceState
from registry.switches import actions as drills

WIKI = "https://wiki.northwind.example"


def tell(story: Any) -> None:
    """Put what is collected for all, what recurs and what goes wrong on the calendar."""
    paper = story.data["paperwork"]
    began = story.data["began"]
    story.at(began - 0.35, partial(_library, story))
    story.at(began - 0.36, partial(_collect_shared, story))
    for weeks in paper["looked_at"]:
        story.at(weeks, partial(following.follow, _unheard))
    for weeks in paper["ci"]:
        story.at(weeks, partial(_ci, story, weeks))
    story.at(paper["drills"]["weeks"], partial(_drills, story))
    for row in paper["exceptions"]:
        story.at(row["weeks"], partial(_except, story, row))
    for row in paper["withdrawn"]:
        story.at(row["weeks"], partial(_withdraw, story, row))


def _unheard(*said: Any) -> None:
    """Nobody watches how far the looking is."""


def _library(story: Any) -> None:
    """The suites that all contracts share."""
    for row in story.data["paperwork"]["suites"]:
        evals.add_suite(
            actor=story.cast[row["owner"]],
            key=row["key"],
            name=row["name"],
            purpose=row["purpose"],
            good=row["good"],
            thresholds=row["thresholds"],
            case_count=row["cases"],
            cases_at={"repository": "git.northwind.example/evals", "path": f"suites/{row['key']}.yaml"},
        )


def _collect_shared(story: Any) -> None:
    """What shows a control for many surfaces at once."""
    for key, row in story.data["paperwork"]["shared"].items():
        story.shared[key] = evidence.collect(
            actor=story.cast[row["by"]], title=row["title"], url=f"{WIKI}/{row['page']}", note=row["note"]
        )


def prepare(story: Any, surface: Surface, contract: Mapping[str, Any]) -> None:
    """Bring in what this contract lacks on the surface's tier, as far as paperwork can; low tiers leave some of it open."""
    actor, tier = _actor(story, surface), surface.tier or 0
    late = story.data["paperwork"]["late"].get(surface.name, ())
    for result in queries.standing(surface, contract=contract, tier=tier).unmet:
        door, _, needs = result.door.partition(":")
        if door in ("evidence", "renew") and result.key not in late and (tier >= 2 or result.key in story.shared):
            _show(story, surface, result.key, actor)
        elif door == "evals":
            for row in contract["evals"]:
                run_suite(story, surface, contract, row)
        elif door == "drill" and "drill" not in late:
            drill(surface, actor, 25 + 7 * (surface.pk % 9))
        elif door == "owasp":
            _answer(surface, actor)
        elif door == "vendor" and result.blocking:
            catalog.review_vendor(Vendor.objects.get(key=needs), actor=story.cast["rosa"])


def _actor(story: Any, surface: Surface) -> User:
    """Who does it: the owner while there is one, else the risk officer."""
    owner = surface.owner
    return owner if owner is not None and User.objects.filter(pk=owner.pk, is_active=True).exists() else story.cast["rosa"]


def _show(story: Any, surface: Surface, control: str, actor: User) -> None:
    if control in story.shared:
        evidence.attach(story.shared[control], surface, control, actor=story.cast["rosa"])
        return
    title, note = story.data["paperwork"]["own"][control]
    days = story.data["paperwork"]["collected_before"].get(surface.name, {}).get(control, 3)
    evidence.collect(
        actor=actor,
        surface=surface,
        control=control,
        title=f"{title}, {surface.name}",
        url=f"{WIKI}/{surface.key.lower()}/{control.replace('_', '-')}",
        note=note,
        collected_on=clock.today() - timedelta(days=days),
    )


def _answer(surface: Surface, actor: User) -> None:
    """The OWASP checklist: what cannot arise without retrieval or tools does not apply, the rest is mitigated."""
    edition = frameworks.edition()
    said = {row.item.id for row in frameworks.checklist(surface) if row.answer is not None}
    for item in edition.items:
        if item.id in said:
            continue
        reason = (
            f"{item.helps[0].rstrip('.')}; tried on staging."
            if item.helps
            else "Attack cases tried on staging; none got through."
        )
        answers.answer(surface, actor=actor, framework=edition.key, item=item.id, status="mitigated", reason=reason)


def run_suite(
    story: Any,
    surface: Surface,
    contract: Mapping[str, Any],
    row: Mapping[str, Any],
    share: float | None = None,
    further: Iterable[str] = (),
) -> None:
    """CI hands in a run of a suite, with a contract's prompts and models; `share` of its cases pass, else enough do.

    `further` are names of cases that were added to the suite since; they pass.
    """
    suite = EvalSuite.objects.select_related("current").get(key=row["suite"])
    dice = random.Random(f"{surface.pk} {suite.key} {clock.now():%Y%m%d}")  # noqa: S311 - figures of a demo
    count = 50
    passing = round(count * (share if share is not None else min(1.0, row["threshold"] + 0.02 + dice.random() * 0.02)))
    failing = set(dice.sample(range(count), count - passing))
    endpoints = dict(Endpoint.objects.values_list("key", "model"))
    primary = [endpoints[route["endpoint"]] for route in contract["routes"] if route["role"] == "primary"]
    report = Report(
        format="promptfoo",
        digest=sha256(f"{surface.key} {suite.key} {clock.now().isoformat()}".encode()),
        cases=(*(_case(number, number in failing, dice) for number in range(count)), *(Case(name, "pass") for name in further)),
        tool="promptfoo 0.119",
        started_at=clock.now() - timedelta(minutes=12),
        models=tuple(dict.fromkeys(primary)),
        prompts={prompt["key"]: prompt["version"] for prompt in contract["prompts"]},
        commit=sha256(f"{surface.key} {contract['prompts'][0]['version']}".encode())[:12],
        currency="EUR",
    )
    repository = "git.northwind.example/assistants"
    evals.record_run(surface, actor=_actor(story, surface), suite=suite, report=report, repository=repository)


def _case(number: int, fails: bool, dice: random.Random) -> Case:
    latency = int(420 + 260 * dice.random() + (900 if dice.random() > 0.95 else 0))
    reason = "Named a clause that does not apply." if fails else ""
    return Case(f"case-{number + 1:03}", "fail" if fails else "pass", 0.0 if fails else 1.0, None, latency, reason)


def drill(surface: Surface, actor: User, seconds: int) -> None:
    """The kill switch is pulled on staging, and it takes some seconds."""
    ran = clock.now() - timedelta(hours=2)
    drills.record(
        surface,
        actor=actor,
        kind="kill_switch",
        outcome="passed",
        seconds=seconds,
        run_at=ran,
        lever="off",
        note="Pulled on staging under load; the fallback answered.",
    )


def _live(story: Any, least: int) -> list[Surface]:
    rows = Surface.objects.filter(state=SurfaceState.LIVE, tier__gte=least).select_related("owner", "in_force", "team__lead")
    return list(rows.order_by("pk"))


def _ci(story: Any, weeks: float) -> None:
    """The weekly run of every suite of what is live from tier 2 on; where CI was switched off, nothing comes."""
    paper = story.data["paperwork"]
    for surface in _live(story, 2):
        if surface.in_force is None or weeks < paper["ci_off"].get(surface.name, 0):
            continue
        for row in surface.in_force.contract["evals"]:
            share = paper["below"].get(surface.name, {}).get(row["suite"]) if weeks <= paper["below_since"] else None
            run_suite(story, surface, surface.in_force.contract, row, share)


def _drills(story: Any) -> None:
    """The quarter's drills of what is regulated; one was forgotten."""
    forgotten = story.data["paperwork"]["drills"]["forgotten"]
    for surface in _live(story, 3):
        if surface.name not in forgotten:
            drill(surface, _actor(story, surface), 30 + surface.pk % 40)


def _except(story: Any, row: Mapping[str, Any]) -> None:
    surface = Surface.objects.select_related("owner", "team__lead", "in_force").get(name=row["surface"])
    asked = exceptions.ask_for(
        actor=_actor(story, surface),
        surfaces=[surface],
        controls=row["controls"],
        reason=row["reason"],
        measures=row["measures"],
        expires_on=clock.today() + timedelta(days=row["days"]),
    )
    if row["answered"] and asked.request is not None:
        approve_all(asked.request, story)


def _withdraw(story: Any, row: Mapping[str, Any]) -> None:
    use = EvidenceUse.objects.get(surface__name=row["surface"], control=row["control"], evidence__state=Evidence.State.CURRENT)
    evidence.withdraw(use.evidence, actor=story.cast["rosa"], reason=row["reason"])
