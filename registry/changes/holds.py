"""What keeps an approved change from coming into force, each with the way out; and what an emergency or rollback waives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from governance.core import clock
from governance.core.asking import foretell
from governance.policy import queries as policy
from registry.budgets import queries as budgets
from registry.budgets import rules as budget_rules
from registry.catalog.models import CatalogState
from registry.changes import queries
from registry.changes.models import Change, Clearance
from registry.contracts import tiers
from registry.controls import queries as controls
from registry.controls.standing import Result
from registry.exceptions import queries as exceptions
from registry.exceptions.naming import BUDGET, TIER
from registry.gates import queries as gates
from registry.quarantine import queries as quarantine
from registry.surfaces import facts as held

LONGEST_KEPT = 400
PLANNED, FREEZE, CONTROL, GATE, CATALOGUE, QUARANTINE = "planned", "freeze", "control", "gate", "catalogue", "quarantine"
OVER_BUDGET = "budget"
MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing that holds a change: what it is, why it holds, what to do and where. `waived_by` says what lifts it."""

    kind: str
    what: str
    why: str = ""
    fix: str = ""
    url: str = ""
    waived_by: str = ""


@dataclass(frozen=True, slots=True)
class Weighing:
    """All that stands against a change coming into force at one moment, and the controls as they stood then."""

    found: tuple[Hold, ...]
    results: tuple[Result, ...] = ()
    unmet: int = 0

    @property
    def standing(self) -> list[dict[str, Any]]:
        """What a clearance keeps of the controls: enough to say later what stood then."""
        return [_kept(result) for result in self.results]

    @property
    def binding(self) -> list[Hold]:
        """What holds it back now; what is waived is left out."""
        return [hold for hold in self.found if not hold.waived_by]

    @property
    def waived_by(self) -> str:
        """What unmet controls are waived by; nothing when none are unmet."""
        return next((hold.waived_by for hold in self.found if hold.kind == CONTROL), "")


def said(moment: datetime) -> str:
    """Write a moment to the minute, with its zone (the reader's, or UTC in a job)."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y, %H:%M} {local.tzname()}"


def holds(change: Change, at: datetime | None = None) -> list[Hold]:
    """Return what holds a change back at a moment (now), the approvals apart. Loads surface, revision and request."""
    return weigh(change, at).binding


def weigh(change: Change, at: datetime | None = None) -> Weighing:
    """Return everything that stands against a change at a moment (now), waived or not, with the controls' standing."""
    moment = at or clock.now()
    waived, tier = waiver(change), max(change.revision.tier, change.surface.tier or 0)
    version = policy.in_force(at)
    foretell(_questions(change, moment))
    standing = controls.standing(change.surface, revision=change.revision, tier=tier, at=moment, version=version)
    unmet = standing.unmet_blocking
    found = [
        *_planned(change, moment),
        *_frozen(change, moment, waived),
        *_over_budget(change, moment, waived),
        *_tier(change, moment),
        *_suspended(change),
        *_quarantined(change, waived),
        *(_control(result, waived) for result in unmet),
        *_gate(change),
    ]
    return Weighing(tuple(found), tuple(standing.results), len(unmet))


def _questions(change: Change, at: datetime) -> Iterator[QuerySet[Any]]:
    """Yield what is asked here beside the controls, so that it can be foretold."""
    yield queries.freezes_question(at)
    yield from queries.named_questions(change.revision.contract)
    yield from (policy.data_classes(), gates.last_question(change.revision_id))
    if change.widens:
        yield budgets.holding_question([change.surface_id], at)


def _control(result: Result, waived: str) -> Hold:
    return Hold(CONTROL, f"{result.title}: {result.status.label.lower()}.", result.why, result.next_step, result.next_url, waived)


def _kept(result: Result) -> dict[str, Any]:
    return {
        "control": result.key,
        "title": result.title,
        "status": str(result.status),
        "label": str(result.status.label),
        "blocking": result.blocking,
        "why": result.why[:LONGEST_KEPT],
        "exception": result.exception.key if result.exception else "",
    }


def waiver(change: Change) -> str:
    """Return what kind of change lifts freezes and unmet controls: an emergency, a rollback, or nothing."""
    if change.is_emergency:
        return Clearance.Waived.EMERGENCY
    return Clearance.Waived.ROLLBACK if change.is_rollback else Clearance.Waived.NOTHING


def _planned(change: Change, at: datetime) -> Sequence[Hold]:
    if change.planned_at is None or change.planned_at <= at:
        return ()
    return (Hold(PLANNED, f"It is planned for {said(change.planned_at)}.", fix="It comes into force by itself then."),)


def _frozen(change: Change, at: datetime, waived: str) -> Sequence[Hold]:
    windows = queries.freezes_over(change.revision.tier, change.surface.team_id, at)
    return [
        Hold(
            FREEZE,
            f"“{window.name}” holds it until {said(window.ends_at)}.",
            window.reason,
            "It comes into force by itself when the freeze ends.",
            window.get_absolute_url(),
            waived,
        )
        for window in windows
    ]


def _tier(change: Change, at: datetime) -> Sequence[Hold]:
    """R4 once more: what allowed a lower tier when it was proposed (an exception) may be over by now."""
    surface, implied = change.surface, list(tiers.implications(change.revision.contract, held.data_class_facts()))
    minimum = max((number for number, _ in implied), default=0)
    if (surface.tier or 0) >= minimum or TIER in exceptions.active_for([surface], at).get(surface.pk, {}):
        return ()
    return (
        Hold(
            TIER,
            f"The contract implies tier {minimum}, and the surface is in tier {surface.tier}.",
            " ".join(why for number, why in implied if number == minimum),
            f"Raise the tier to {minimum}, or ask for an exception from it.",
            f"{reverse('exception-new')}?surface={surface.key}&control={TIER}",
        ),
    )


def _over_budget(change: Change, at: datetime, waived: str) -> Sequence[Hold]:
    """While an error budget is spent nothing is widened; what mends or narrows passes. A trigger holds it, too."""
    surface = change.surface
    spent = budgets.holding([surface.pk], at).get(surface.pk, []) if change.widens else []
    if not spent or BUDGET in exceptions.active_for([surface], at).get(surface.pk, {}):
        return ()
    base = change.base
    tiers_ = (base.tier if base else None, change.revision.tier)
    why = budget_rules.expansions(base.contract if base else {}, change.revision.contract, tiers=tiers_, names=held.names())
    return [
        Hold(
            OVER_BUDGET,
            f"The error budget of “{hold.objective}” is spent.",
            " ".join(why[:MOST_TOLD]),
            "Wait until the budget has recovered, propose what widens nothing, or ask for an exception.",
            f"{reverse('exception-new')}?surface={surface.key}&control={BUDGET}",
            waived,
        )
        for hold in spent
    ]


def _suspended(change: Change) -> Sequence[Hold]:
    return [
        Hold(
            CATALOGUE,
            f"{item.name} is suspended.",
            "Nothing new comes into force that uses it.",
            "Have it taken up again, or propose a change without it.",
            item.get_absolute_url(),
        )
        for item in queries.named_in(change.revision.contract)
        if item.state == CatalogState.SUSPENDED
    ]


def _quarantined(change: Change, waived: str) -> Sequence[Hold]:
    """A revision that names what is quarantined waits, until it is lifted or the revision goes without it.

    Emergencies and rollbacks are let past where the revision in force names the same thing: nothing comes back by them, for
    whoever enforces is told no all the same.
    """
    quarantined = quarantine.in_force()
    named = quarantined.named_in(change.revision.contract)
    if not named:
        return ()
    before = change.surface.in_force
    held_before = set(quarantined.named_in(before.contract)) if before is not None else set()
    return [
        Hold(
            QUARANTINE,
            f"The {each.kind} {each.key} is in quarantine ({each.by}).",
            "Nothing new comes into force that names it.",
            "Have the quarantine lifted, or propose a change without it.",
            reverse("quarantine", args=[each.by]),
            waived if each in held_before else "",
        )
        for each in named
    ]


def _gate(change: Change) -> Sequence[Hold]:
    last = gates.last_for(change.revision_id)
    if last is None or last.passed:
        return ()
    why = " ".join(str(reason.get("text", "")) for reason in last.reasons[:3])
    return (
        Hold(
            GATE,
            f"The gate failed ({last.key}).",
            why,
            "Mend it and let CI ask the gate again: the last answer counts.",
            last.get_absolute_url(),
        ),
    )
