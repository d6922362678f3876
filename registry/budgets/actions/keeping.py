"""Objectives: set, changed, handed over, retired."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import User
from registry.budgets import queries, rules
from registry.budgets.actions.locking import is_held, locked
from registry.budgets.actions.settling import calm, settle
from registry.budgets.models import BurnAlert, Objective
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

TERMS = ("name", "bad_means", "target", "window_days", "expected_events", "source", "suite")
ASKED_FOR = ("target", "window_days", "expected_events", "source", "suite")
"""What of it decides whether the budget is spent."""


@action
def add(surface: Surface, *, actor: User, owner: User | None = None, **terms: Any) -> Objective:
    """Set an objective for a surface. `terms` are name, bad_means, source and, where not usual, the others.

    Target and window left out are those that policy offers for the surface's tier. Raises Denied by role, Invalid by field,
    Conflict for a name that the surface has.
    """
    require(rules.may_keep(actor, surface, surfaces.may_edit(actor, surface)))
    objective = Objective(surface=surface, owner=owner or actor, **{**queries.offered(surface), **terms})
    wanted = {name: getattr(objective, name) for name in TERMS}
    _check(wanted, owner or actor)
    said = {**_told(surface, wanted), "owner": objective.owner.ref}
    return transitions.create(objective, actor=actor, kind="objective.added", payload=said, touches=(surface,))


@action
def edit(objective: Objective, *, actor: User, expected_version: int | None = None, **changes: Any) -> Objective:
    """Change an objective. What it asks for stays while its spent budget holds. Raises as `add`, and StaleState."""
    objective = locked(objective, expected_version)
    require(rules.may_keep(actor, objective.surface, surfaces.may_edit(actor, objective.surface)))
    if any(getattr(objective, name) != changes[name] for name in ASKED_FOR if name in changes):
        require(rules.may_change_terms(is_held(objective)))
    wanted = {name: changes.get(name, getattr(objective, name)) for name in TERMS}
    _check(wanted, objective.owner)
    objective = transitions.change(
        objective,
        actor=actor,
        kind="objective.changed",
        changes=changes,
        payload=_told(objective.surface, wanted),
        touches=objective.ledger_touches,
    )
    settle(objective)
    return objective


@action
def give_owner(objective: Objective, *, actor: User, to: User, reason: str = "") -> Objective:
    """Give an objective to another person. Raises Denied by role, Invalid for who cannot own it."""
    objective = locked(objective, None)
    require(rules.may_keep(actor, objective.surface, surfaces.may_edit(actor, objective.surface)))
    if not (verdict := people_rules.may_own(to)):
        raise Invalid(verdict.reason, fields={"owner": [verdict.reason]})
    told = {"to": to.ref, "before": objective.owner.ref, "surface": objective.surface.key}
    return transitions.change(
        objective,
        actor=actor,
        kind="objective.owner_set",
        changes={"owner": to},
        payload=told,
        touches=objective.ledger_touches,
        reason=reason,
    )


@action
def retire(objective: Objective, *, actor: User, reason: str = "", expected_version: int | None = None) -> Objective:
    """Let an objective count no more. Raises Denied while its spent budget holds, or it would free itself that way."""
    objective = locked(objective, expected_version)
    require(rules.may_keep(actor, objective.surface, surfaces.may_edit(actor, objective.surface)))
    require(rules.may_change_terms(is_held(objective)))
    if objective.state != Objective.State.ACTIVE:
        raise StaleState("This objective is retired already.", fix="Nothing is left to do.")
    for alert in BurnAlert.objects.filter(objective=objective, ended_at__isnull=True):
        calm(alert, actor)
    return transitions.change(
        objective,
        actor=actor,
        kind="objective.retired",
        changes={"state": Objective.State.RETIRED},
        payload={"name": objective.name, "surface": objective.surface.key},
        touches=objective.ledger_touches,
        reason=reason,
    )


def _check(wanted: Mapping[str, Any], owner: User) -> None:
    wrong = rules.wrong_terms(wanted)
    if not (verdict := people_rules.may_own(owner)):
        wrong["owner"] = [verdict.reason]
    if wrong:
        raise Invalid("This objective needs another look.", fields=wrong)


def _told(surface: Surface, wanted: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: wanted[name] for name in ("name", "window_days", "expected_events", "source")}
    suite = wanted["suite"].key if wanted["suite"] else ""
    return {**told, "target": str(wanted["target"]), "suite": suite, "surface": surface.key}
