"""Who may keep plans and run drills, and what a finished drill lacks: pure decisions."""

from datetime import date
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people import rules as people
from registry.continuity.models import LONGEST_DAYS, SHORTEST_DAYS, ContinuityPlan, VendorDrill


def may_keep(user: Any, thing: Any, plan: ContinuityPlan | None = None) -> Verdict:
    """Say whether a person may write the plan of a vendor or endpoint: its owner, the plan's, and those who govern."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if plan is not None and plan.state == ContinuityPlan.State.RETIRED:
        return deny("This plan is retired; its record is closed.", fix="Write another one.")
    if roles.governs(user) or thing.owner_id == user.pk or (plan is not None and plan.owner_id == user.pk):
        return ALLOW
    named = [str(each) for each in (thing.owner, plan.owner if plan is not None else None) if each is not None]
    return deny(f"Only the owner of {thing} or of its plan, or a risk officer, may do this.", grantors=tuple(named))


def may_run(user: Any, drill: VendorDrill) -> Verdict:
    """Say whether a person may run or call off a planned drill: whoever leads it, and who keeps the plan."""
    if drill.state != VendorDrill.State.PLANNED:
        return deny(f"This drill is {drill.get_state_display().lower()}.", fix="Plan another one.")
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    return ALLOW if user.pk == drill.led_by_id else may_keep(user, drill.plan.thing, drill.plan)


def plan_faults(owner: Any, if_down: str, fallback: str, every: int, next_on: date, today: date) -> dict[str, list[str]]:
    """Return what a plan lacks, by field; nothing when it can be kept."""
    wrong: dict[str, list[str]] = {}
    if owner is None or not (verdict := people.may_own(owner)):
        wrong["owner"] = [verdict.reason if owner is not None else "Name one active person."]
    if not if_down.strip():
        wrong["if_down"] = ["Say what we would do on a day without it."]
    if not fallback.strip():
        wrong["fallback"] = ["Say what takes over, even where that is people."]
    if not SHORTEST_DAYS <= every <= LONGEST_DAYS:
        wrong["drill_every_days"] = [f"Between {SHORTEST_DAYS} and {LONGEST_DAYS} days."]
    if next_on < today:
        wrong["next_drill_on"] = ["This day has passed; choose one to come."]
    return wrong


def result_faults(outcome: str, stopping: int, note: str) -> dict[str, list[str]]:
    """Return what a finished drill lacks, by field; nothing when it can be recorded."""
    wrong: dict[str, list[str]] = {}
    if outcome not in VendorDrill.Outcome.values:
        wrong["outcome"] = ["Say whether it passed or failed."]
    if not note.strip() and (outcome == VendorDrill.Outcome.FAILED or stopping):
        said = "Surfaces would stop; say why that is all right, or what follows." if stopping else "Say what went wrong."
        wrong["note"] = [said]
    return wrong
