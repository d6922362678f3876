"""The only writers of continuity plans and their drills."""

from datetime import date, timedelta
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import User
from registry.catalog.models import CatalogState, Vendor
from registry.continuity import queries, rules
from registry.continuity.models import USUAL_DAYS, ContinuityPlan, VendorDrill

EDITABLE = ("if_policy_changes", "if_degraded", "if_down", "fallback", "drill_every_days", "next_drill_on", "owner")


@action
def add_plan(
    thing: Any,
    *,
    actor: User,
    if_down: str,
    fallback: str,
    owner: User | None = None,
    if_policy_changes: str = "",
    if_degraded: str = "",
    drill_every_days: int = USUAL_DAYS,
    next_drill_on: date | None = None,
) -> ContinuityPlan:
    """Write down what we would do without a vendor or an endpoint.

    `owner` is the actor when left out, `next_drill_on` a month from today. Raises Denied by role, Invalid by field,
    Conflict while it has a plan or when the thing is retired.
    """
    require(rules.may_keep(actor, thing))
    if thing.state == CatalogState.RETIRED:
        raise Conflict(f"{thing} is retired; nothing relies on it any more.")
    plan = ContinuityPlan(
        owner=owner or actor,
        if_policy_changes=if_policy_changes.strip(),
        if_degraded=if_degraded.strip(),
        if_down=if_down.strip(),
        fallback=fallback.strip(),
        drill_every_days=drill_every_days,
        next_drill_on=next_drill_on or clock.today() + timedelta(days=30),
        **{"vendor" if isinstance(thing, Vendor) else "endpoint": thing},
    )
    _check(plan)
    return transitions.create(plan, actor=actor, kind="continuity.planned", payload=_told(plan), touches=plan.ledger_touches)


@action
def change_plan(plan: ContinuityPlan, *, actor: User, expected_version: int | None = None, **changes: Any) -> ContinuityPlan:
    """Change a plan. Raises Denied, Invalid by field, Conflict when nothing differs, StaleState when it moved meanwhile."""
    plan = _locked(plan.pk)
    require(rules.may_keep(actor, plan.thing, plan))
    if stray := set(changes) - set(EDITABLE):
        raise Invalid("These are no parts of a plan.", fields={name: ["Unknown."] for name in stray})
    wanted = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    differs = {name: value for name, value in wanted.items() if getattr(plan, name) != value}
    if not differs:
        raise Conflict("Nothing differs from what is written.", fix="Change something, or leave it as it is.")
    if expected_version is not None and plan.version != expected_version:
        raise transitions.stale(plan)
    was_on = plan.next_drill_on
    for name, value in differs.items():
        setattr(plan, name, value)
    _check(plan, keeps_day=plan.next_drill_on == was_on)
    fresh = _locked(plan.pk)
    told = _told(plan)
    return transitions.change(
        fresh, actor=actor, kind="continuity.changed", changes=differs, payload=told, touches=fresh.ledger_touches
    )


@action
def give_owner(plan: ContinuityPlan, *, actor: User, to: User, reason: str = "") -> ContinuityPlan:
    """Give a plan to another person, as when its owner leaves. Raises Denied, Invalid for who may own nothing."""
    plan = _locked(plan.pk)
    require(rules.may_keep(actor, plan.thing, plan))
    if not (verdict := people_rules.may_own(to)):
        raise Invalid(verdict.reason, fields={"owner": [verdict.reason]})
    told = {**_told(plan), "before": plan.owner.ref, "owner": to.ref}
    return transitions.change(
        plan,
        actor=actor,
        kind="continuity.given",
        changes={"owner": to},
        payload=told,
        touches=plan.ledger_touches,
        reason=reason,
    )


@action
def retire_plan(plan: ContinuityPlan, *, actor: User, reason: str = "", expected_version: int | None = None) -> ContinuityPlan:
    """End a plan, and call off its planned drill. Its drills stay on record. Raises Denied, StaleState."""
    plan = _locked(plan.pk)
    require(rules.may_keep(actor, plan.thing, plan))
    if (drill := queries.planned(plan)) is not None:
        cancel_drill(drill, actor=actor, reason=reason)
    return transitions.change(
        plan,
        actor=actor,
        kind="continuity.retired",
        changes={"state": ContinuityPlan.State.RETIRED},
        expected_version=expected_version,
        payload=_told(plan),
        touches=plan.ledger_touches,
        reason=reason,
    )


@action
def plan_drill(
    plan: ContinuityPlan,
    *,
    actor: User,
    planned_on: date,
    scenario: str = VendorDrill.Scenario.DOWN,
    led_by: User | None = None,
) -> VendorDrill:
    """Plan a drill for a day. Raises Denied, Invalid for a past day or an unknown scenario, Conflict while one is planned."""
    plan = _locked(plan.pk)
    require(rules.may_keep(actor, plan.thing, plan))
    leader, wrong = led_by or actor, {}
    if planned_on < clock.today():
        wrong["planned_on"] = ["This day has passed; choose one to come, or drill it now."]
    if scenario not in VendorDrill.Scenario.values:
        wrong["scenario"] = [f"One of {', '.join(VendorDrill.Scenario.values)}."]
    if not (verdict := people_rules.may_own(leader)):
        wrong["led_by"] = [verdict.reason]
    if wrong:
        raise Invalid("This drill cannot be planned.", fields=wrong)
    if queries.planned(plan) is not None:
        raise Conflict("A drill of this plan is planned already.", fix="Run that one, or call it off.")
    drill = VendorDrill(plan=plan, planned_on=planned_on, scenario=scenario, led_by=leader)
    told = _drill_told(drill)
    return transitions.create(drill, actor=actor, kind="continuity.drill_planned", payload=told, touches=drill.ledger_touches)


@action
def run_drill(
    drill: VendorDrill,
    *,
    actor: User,
    outcome: str,
    note: str = "",
    seconds: int | None = None,
    lesson: str = "",
    expected_version: int | None = None,
) -> VendorDrill:
    """Run a planned drill now: work out from the contracts in force which surfaces would go on, and record how it went.

    The plan's next drill is due `drill_every_days` from today. `seconds` is how long people took to switch over where
    they tried it for real. Raises Denied, Invalid for what is missing (where surfaces would stop, the note says why that is
    all right), StaleState when it was run or called off meanwhile.
    """
    drill = _open(drill.pk, actor, expected_version)
    lines = queries.outlook(drill.plan.thing)
    stopped = [line.surface for line in lines if not line.works]
    if wrong := rules.result_faults(outcome, len(stopped), note):
        raise Invalid("The record of this drill is not complete.", fields=wrong)
    now = clock.now()
    changes = {
        "state": VendorDrill.State.DONE,
        "run_at": now,
        "outcome": outcome,
        "seconds": seconds,
        "note": note.strip(),
        "lesson": lesson.strip(),
        "rows": [line.as_row() for line in lines],
        "going_on": len(lines) - len(stopped),
        "stopping": len(stopped),
    }
    told = _drill_told(drill) | {name: changes[name] for name in ("outcome", "seconds", "going_on", "stopping", "run_at")}
    told["stopped"] = stopped
    done = transitions.change(
        drill, actor=actor, kind="continuity.drilled", changes=changes, payload=told, touches=drill.ledger_touches
    )
    _move_on(_locked(drill.plan_id), actor)
    return done


def _move_on(plan: ContinuityPlan, actor: User) -> None:
    following = clock.today() + timedelta(days=plan.drill_every_days)
    plan.next_drill_on = following
    told = _told(plan)
    fresh = _locked(plan.pk)
    transitions.change(
        fresh,
        actor=actor,
        kind="continuity.changed",
        changes={"next_drill_on": following},
        payload=told,
        touches=fresh.ledger_touches,
    )


@action
def drill_now(
    plan: ContinuityPlan,
    *,
    actor: User,
    outcome: str,
    scenario: str = VendorDrill.Scenario.DOWN,
    note: str = "",
    seconds: int | None = None,
    lesson: str = "",
) -> VendorDrill:
    """Run a drill that was not planned, or the planned one if there is one. Raises as `run_drill`."""
    drill = queries.planned(plan) or plan_drill(plan, actor=actor, planned_on=clock.today(), scenario=scenario)
    return run_drill(drill, actor=actor, outcome=outcome, note=note, seconds=seconds, lesson=lesson)


@action
def cancel_drill(drill: VendorDrill, *, actor: User, reason: str = "", expected_version: int | None = None) -> VendorDrill:
    """Call a planned drill off; when the plan is due stays as it is. Raises Denied, StaleState."""
    drill = _open(drill.pk, actor, expected_version)
    return transitions.change(
        drill,
        actor=actor,
        kind="continuity.drill_cancelled",
        changes={"state": VendorDrill.State.CANCELLED},
        payload=_drill_told(drill),
        touches=drill.ledger_touches,
        reason=reason,
    )


def _locked(pk: int) -> ContinuityPlan:
    rows = ContinuityPlan.objects.select_for_update(of=("self",))
    return rows.select_related("vendor__owner", "endpoint__owner", "endpoint__vendor", "owner").get(pk=pk)


def _open(pk: int, actor: User, expected_version: int | None) -> VendorDrill:
    """Return a planned drill as it stands now. Raises StaleState when it is not planned any more, Denied by role."""
    rows = VendorDrill.objects.select_for_update(of=("self",))
    now = rows.select_related("plan__vendor__owner", "plan__endpoint__owner", "plan__owner", "led_by").get(pk=pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state != VendorDrill.State.PLANNED:
        raise StaleState(f"This drill is {now.get_state_display().lower()} already.", fix="Plan another one if you need it.")
    require(rules.may_run(actor, now))
    return now


def _check(plan: ContinuityPlan, *, keeps_day: bool = False) -> None:
    today = min(clock.today(), plan.next_drill_on) if keeps_day else clock.today()
    wrong = rules.plan_faults(plan.owner, plan.if_down, plan.fallback, plan.drill_every_days, plan.next_drill_on, today)
    if wrong:
        raise Invalid("This plan is not complete.", fields=wrong)


def _told(plan: ContinuityPlan) -> dict[str, Any]:
    return {
        "thing": str(plan.thing.key),
        "owner": plan.owner.ref,
        "next_drill_on": plan.next_drill_on,
        "drill_every_days": plan.drill_every_days,
    }


def _drill_told(drill: VendorDrill) -> dict[str, Any]:
    return {
        "thing": str(drill.plan.thing.key),
        "plan": drill.plan.key,
        "scenario": drill.get_scenario_display().lower(),
        "planned_on": drill.planned_on,
        "led_by": drill.led_by.ref,
    }
