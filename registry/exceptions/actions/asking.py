"""Asks for an exception: fixes its terms under a hash and puts them before the people whom policy names."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from governance.approvals.models import ApprovalRequest
from governance.core import clock, company, digest
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along
from registry.exceptions import naming, queries, rules
from registry.exceptions.models import ControlException, ExceptionSurface
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces_held
from registry.surfaces.models import Surface


@action
def ask_for(
    *,
    actor: User,
    surfaces: Iterable[Surface],
    controls: Iterable[str],
    reason: str,
    measures: str,
    expires_on: date,
    owner: User | None = None,
    extends: ControlException | None = None,
) -> ControlException:
    """Ask that controls need not be met on surfaces until a day (R9). It holds once it is approved for its hash.

    Raises Denied by role, Invalid with every field that is wrong, Conflict when another exception says the same.
    """
    covered = list({surface.pk: surface for surface in surfaces}.values())
    named = list(dict.fromkeys(controls))
    owner = owner or actor
    for surface in covered:
        require(surfaces_held.may_edit(actor, surface))
    _check(covered, named, reason, measures, owner)
    limit = queries.longest_for(covered, named)
    verdict = rules.may_end_on(expires_on, limit)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"expires_on": [f"{verdict.reason} {verdict.fix}".strip()]})
    if (other := queries.overlapping(covered, named, apart_from=extends)) is not None:
        raise Conflict(
            f"{other.key}, {other.title}, already says so until {other.expires_on:%-d %B %Y}.",
            fix="Extend that one." if other.active_at else "Wait for its decision, or have it withdrawn.",
        )
    exception = _drawn_up(covered, named, reason, measures, owner, actor, expires_on, limit, extends)
    return _put_forward(exception, covered, actor)


@action
def extend(
    exception: ControlException, *, actor: User, reason: str, measures: str, expires_on: date, owner: User | None = None
) -> ControlException:
    """Ask that an exception goes on: a new one over the same controls and surfaces, which needs its own approval.

    Surfaces that were retired since are left out. Raises as `ask_for` does.
    """
    covered = [
        each for each in exception.surfaces.select_related("owner", "team__lead", "in_force") if rules.may_be_covered(each)
    ]
    may_edit = bool(covered) and all(surfaces_held.may_edit(actor, surface) for surface in covered)
    require(rules.may_extend(actor, exception, may_edit=may_edit))
    return ask_for(
        actor=actor,
        surfaces=covered,
        controls=exception.controls,
        reason=reason,
        measures=measures,
        expires_on=expires_on,
        owner=owner or exception.owner,
        extends=exception,
    )


def _check(covered: Sequence[Surface], named: Sequence[str], reason: str, measures: str, owner: User) -> None:
    wrong: dict[str, list[str]] = {}
    if not covered or len(covered) > rules.MOST_SURFACES:
        wrong["surfaces"] = [f"Name at least one surface and at most {rules.MOST_SURFACES}."]
    refused = [verdict for surface in covered if not (verdict := rules.may_be_covered(surface))]
    if refused:
        wrong["surfaces"] = [f"{verdict.reason} {verdict.fix}".strip() for verdict in refused]
    known = naming.known()
    if not named:
        wrong["controls"] = ["Name at least one control."]
    elif unknown := [key for key in named if key not in known]:
        wrong["controls"] = [f"“{key[:60]}” is no control of the policy in force." for key in unknown]
    if not reason.strip():
        wrong["reason"] = ["Say why the control cannot be met now."]
    if not measures.strip():
        wrong["measures"] = ["Say what is done instead while it lasts."]
    if not (verdict := people_rules.may_own(owner)):
        wrong["owner"] = [verdict.reason]
    if wrong:
        first = next(iter(wrong.values()))[0]
        raise Invalid(first if len(wrong) == 1 else "Some fields need another look.", fields=wrong)


def _drawn_up(
    covered: Sequence[Surface],
    named: list[str],
    reason: str,
    measures: str,
    owner: User,
    actor: User,
    expires_on: date,
    limit: rules.Longest,
    extends: ControlException | None,
) -> ControlException:
    exception = ControlException(
        title=naming.said(naming.labels(named), [surface.name for surface in covered]),
        controls=named,
        reason=reason.strip(),
        measures=measures.strip(),
        owner=owner,
        requester=actor,
        tier=limit.tier,
        starts_on=limit.starts_on,
        expires_on=expires_on,
        latest_on=limit.latest_on,
        ends_at=last_moment(expires_on),
        extends=extends,
    )
    exception.terms = terms(exception, covered)
    exception.digest = digest.digest(exception.terms)
    return exception


def last_moment(day: date) -> datetime:
    """Return the last moment of a day where the company is, in UTC."""
    return datetime.combine(day, time.max, tzinfo=company.zone()).astimezone(clock.now().tzinfo)


def terms(exception: ControlException, covered: Iterable[Surface]) -> dict[str, Any]:
    """Return what is approved, as plain JSON: its SHA-256 in canonical form is what approvers sign."""
    said: dict[str, Any] = digest.plain(
        {
            "v": 1,
            "controls": sorted(exception.controls),
            "surfaces": sorted(surface.key for surface in covered),
            "reason": exception.reason,
            "measures": exception.measures,
            "owner": exception.owner.ref,
            "requester": exception.requester.ref,
            "tier": exception.tier,
            "starts_on": exception.starts_on,
            "expires_on": exception.expires_on,
            "latest_on": exception.latest_on,
            "ends_at": exception.ends_at,
            "extends": exception.extends.key if exception.extends else "",
        }
    )
    return said


def told(exception: ControlException, covered: Iterable[Surface]) -> dict[str, Any]:
    """Return what ledger entries about an exception say of it."""
    return {
        "title": exception.title,
        "controls": exception.controls,
        "surfaces": [surface.key for surface in covered],
        "digest": exception.digest,
    }


def _put_forward(exception: ControlException, covered: Sequence[Surface], actor: User) -> ControlException:
    said = told(exception, covered) | {
        "expires_on": exception.expires_on,
        "owner": exception.owner.ref,
        "measures": exception.measures[:400],
        "extends": exception.extends.key if exception.extends else "",
    }
    touches = (*covered, exception.extends)
    transitions.create(exception, actor=actor, kind="exception.requested", payload=said, touches=touches)
    ExceptionSurface.objects.bulk_create([ExceptionSurface(exception=exception, surface=surface) for surface in covered])
    exception.request = _ask(exception, covered, actor)
    exception.save()
    return exception


def _ask(exception: ControlException, covered: Sequence[Surface], actor: User) -> ApprovalRequest:
    contracts = [surface.in_force.contract for surface in covered if surface.in_force]
    regulated = any(held.is_regulated(contract) for contract in contracts)
    route = policy.route_for("exception", tier=exception.tier, regulated=regulated)
    teams = {surface.team_id: surface.team for surface in covered}
    return ask_along(
        route,
        actor=actor,
        kind="exception",
        subject=exception,
        digest=exception.digest,
        title=f"Exception: {exception.title}",
        tier=exception.tier,
        team=next(iter(teams.values())) if len(teams) == 1 else None,
        until=exception.ends_at,
    )
