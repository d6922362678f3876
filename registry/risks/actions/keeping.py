"""Risks come in, change, and get another owner."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import User
from governance.policy import queries as policy
from registry.risks import queries, rules
from registry.risks.models import Risk
from registry.surfaces.models import Surface

FIELDS = ("title", "area", "defined", "evidence", "likelihood", "impact", "treatment", "plan", "controls", "review_on")
"""What an edit may change: owner, state and links have actions of their own."""


def owner_of(person: User | None) -> User:
    """Return who answers for a risk (R1). Raises Invalid for nobody, and for who cannot own things."""
    verdict = people.may_own(person) if person is not None else None
    if person is None or not verdict:
        said = verdict.reason if verdict is not None else "A risk needs an owner."
        raise Invalid(said, fix="Name one active person.", fields={"owner": [said]})
    return person


def figures(risk: Risk) -> dict[str, Any]:
    """Return what each entry about a risk says of it."""
    return {"title": risk.title, "score": risk.score, "likelihood": risk.likelihood, "impact": risk.impact}


@action
def register(
    *,
    actor: User,
    title: str,
    area: str,
    likelihood: int,
    impact: int,
    surface: Surface | None = None,
    owner: User | None = None,
    defined: str = "",
    evidence: str = "",
    treatment: str = Risk.Treatment.REDUCE,
    plan: str = "",
    controls: Iterable[str] = (),
    review_on: date | None = None,
) -> Risk:
    """Add a risk to the register, of one surface or, without one, of the company. Its owner is the actor unless named.

    Without `review_on` it is looked at again in a quarter. Raises Denied, or Invalid beside the field that is wrong.
    """
    require(queries.may_register(actor, surface))
    document = policy.document()
    rules.check_area(area, document)
    risk = Risk(
        title=title.strip(),
        area=area,
        surface=surface,
        owner=owner_of(owner or (actor if actor.kind == User.Kind.PERSON else None)),
        defined=defined.strip(),
        evidence=evidence.strip(),
        likelihood=likelihood,
        impact=impact,
        treatment=treatment,
        plan=plan.strip(),
        controls=rules.check_controls(controls, document),
        review_on=review_on or clock.today() + rules.REVIEW,
    )
    return _store(risk, actor)


def _store(risk: Risk, actor: User) -> Risk:
    risk.score = risk.likelihood * risk.impact
    told = {**figures(risk), "area": risk.area, "owner": risk.owner.ref, "surface": risk.surface.key if risk.surface else ""}
    return transitions.create(risk, actor=actor, kind="risk.registered", payload=told, touches=risk.ledger_touches)


@action
def edit(risk: Risk, *, actor: User, expected_version: int | None = None, reason: str = "", **changes: Any) -> Risk:
    """Change what a risk says. A higher score than the one that was accepted opens it again.

    Raises Denied, StaleState, or Invalid beside the field that is wrong.
    """
    if stray := set(changes) - set(FIELDS):
        raise TypeError(f"a risk has no {', '.join(sorted(stray))} to be changed")
    require(queries.may_edit(actor, risk))
    if risk.state == Risk.State.CLOSED:
        raise Conflict("This risk is closed.", fix="Reopen it first.")
    document = policy.document()
    if changes.get("area", risk.area) != risk.area:
        rules.check_area(changes["area"], document)
    if "controls" in changes and set(changes["controls"]) != set(risk.controls):
        changes["controls"] = rules.check_controls(changes["controls"], document)
    return store_changes(risk, actor, "risk.edited", changes, expected_version, reason)


def store_changes(
    risk: Risk, actor: User, kind: str, changes: Mapping[str, Any], expected_version: int | None, reason: str, **told: Any
) -> Risk:
    """Store changes with the score that follows from them."""
    likelihood, impact = changes.get("likelihood", risk.likelihood), changes.get("impact", risk.impact)
    score = likelihood * impact
    whole = {**changes, "score": score}
    if rules.is_reopened_by(risk, score):
        whole |= {"state": Risk.State.OPEN, "state_reason": ""}
    says = {"title": changes.get("title", risk.title), "score": score, "likelihood": likelihood, "impact": impact}
    return transitions.change(
        risk,
        actor=actor,
        kind=kind,
        changes=whole,
        expected_version=expected_version,
        payload={**says, **told},
        touches=risk.ledger_touches,
        reason=reason.strip(),
    )


@action
def give_owner(risk: Risk, *, actor: User, to: User, expected_version: int | None = None, reason: str = "") -> Risk:
    """Name the person who answers for a risk from now on (R1)."""
    require(queries.may_edit(actor, risk))
    owner = owner_of(to)
    if owner.pk == risk.owner_id:
        raise Conflict(f"{owner} owns it already.", fix="Choose somebody else.")
    return transitions.change(
        risk,
        actor=actor,
        kind="risk.owner_given",
        changes={"owner": owner},
        expected_version=expected_version,
        payload={"title": risk.title, "to": owner.ref, "before": risk.owner.ref},
        touches=(owner, *risk.ledger_touches),
        reason=reason,
    )


@action
def draft_areas(*, actor: User) -> list[Risk]:
    """Begin the company's register: one risk for each area of policy, with what policy says is to be defined and shown.

    Each starts in the middle of both scales, belongs to the actor, and waits for a look within a quarter. Raises Denied,
    and Conflict once the company has a risk.
    """
    require(rules.may_keep_company_risks(actor))
    if queries.has_company_risks():
        raise Conflict("The company's register was begun already.", fix="Add what is missing, or edit what is there.")
    owner = owner_of(actor if actor.kind == User.Kind.PERSON else None)
    made = []
    for area in policy.document()["risk_areas"]:
        risk = Risk(
            title=area["name"],
            area=area["key"],
            owner=owner,
            defined=f"{area['define']}. Kept by: {area['owner']}.",
            evidence=f"{area['evidence']}.",
            likelihood=3,
            impact=3,
            review_on=clock.today() + rules.REVIEW,
        )
        made.append(_store(risk, actor))
    return made
