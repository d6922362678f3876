"""Checks of who answers: owner, RACI, who is called, who pays, and the two people of tier 4."""

from registry.contracts.problems import thousands
from registry.contracts.shape import lower_first
from registry.controls.checks.finding import Finding, many, met, names, unmet, without_contract
from registry.controls.held import Held

BUDGET = (("amount", "an amount"), ("currency", "a currency"), ("period", "a period"), ("owner", "an owner"))


def owner_active(held: Held) -> Finding:
    """R1: one active person answers for the surface."""
    if held.owner is None:
        return unmet("Nobody owns it.", "Name an owner: one active person.", "owner")
    if not held.owner.is_active:
        return unmet(f"{held.owner.name} has left, and nobody owns it since.", "Name another owner.", "owner")
    return met(f"{held.owner.name} answers for it.")


def raci_complete(held: Held) -> Finding:
    """R2: each kind of decision has one accountable and somebody responsible, and no seat is empty."""
    open_rows = [line.label.lower() for line in held.raci if len(line.accountable) != 1 or not line.responsible]
    if open_rows or not held.raci:
        said = names(open_rows) or "every kind of decision"
        return unmet(f"Nobody is accountable or responsible for {said}.", "Fill the row in.", "raci")
    empty = list(dict.fromkeys(name for line in held.raci for name in line.empty))
    if empty:
        verb = "is" if len(empty) == 1 else "are"
        return unmet(
            f"{names(empty)} {verb} accountable, and nobody is there.",
            "Name a holder of the position, or somebody else in the row.",
            "raci",
        )
    return met(f"All {len(held.raci)} kinds of decision have somebody accountable who is there.")


def on_call_route(held: Held) -> Finding:
    """A route beyond the fallback answers each kind of incident, and each step of its path reaches somebody."""
    call = held.on_call
    if not call.paths:
        return unmet(
            "No on-call route leads anywhere but to the fallback: whoever is called then knows nothing of it.",
            "Route it, its team or its tier to an escalation path.",
            "on-call",
        )
    if call.unrouted:
        some, rest = [lower_first(name) for name in call.unrouted[:3]], len(call.unrouted) - 3
        said = names([*some, many(rest, "more kind")] if rest > 0 else some)
        return unmet(
            f"For {said} only the fallback is called.",
            "Route it, its team or its tier to an escalation path, for every kind of incident.",
            "on-call",
        )
    if call.empty:
        key, name, number = call.empty[0]
        return unmet(f"Step {number} of {name} reaches nobody.", "Name somebody in the step who is there.", f"path:{key}")
    if len(call.paths) == 1:
        return met(f"{call.paths[0]} is called, whatever goes wrong.")
    return met(f"{names(call.paths)} are called, each for its kinds of incident.")


def budget_set(held: Held) -> Finding:
    """There is a budget with an owner who is there."""
    if not held.contract:
        return without_contract()
    budget = held.contract.get("budget") or {}
    lacking = [said for name, said in BUDGET if budget.get(name) in (None, "")]
    if lacking:
        return unmet(f"The budget lacks {names(lacking)}.", "Set it in the contract.", "contract")
    owner = held.people.get(budget["owner"])
    if owner is None or not owner.is_active:
        who = f"{owner.name}, who owns the budget, has left." if owner else "Whoever owns the budget is not known any more."
        return unmet(who, "Name another owner of the budget in the contract.", "contract")
    return met(f"The budget is {thousands(budget['amount'])} {budget['currency']} a {budget['period']}, owned by {owner.name}.")


def two_person_rule(held: Held) -> Finding:
    """R7: two different people beside whoever asks."""
    asked = held.demand.approvers
    if held.approved_by is not None and len(held.approved_by) >= 2:
        return met(f"Approved by {len(held.approved_by)} people beside whoever asked: {names(held.approved_by)}.")
    if held.approved_by is not None and held.approved_by:
        return unmet(f"Only {names(held.approved_by)} approved this revision.", "Propose it again.", "contract")
    if asked >= 2:
        return met(f"Policy asks {asked} people beside whoever asks, and they are different people.")
    return unmet(
        f"Policy asks {asked or 'nobody'} beside whoever asks in tier {held.demand.number}.",
        "Have the policy name two positions for this tier.",
        "policy",
    )
