"""What is decided about a risk: accepted, closed, open again, looked at again."""

from datetime import date
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.risks import queries, rules
from registry.risks.actions.keeping import figures, store_changes
from registry.risks.models import Risk


def _move(risk: Risk, actor: User, kind: str, expected_version: int | None, reason: str, **changes: Any) -> Risk:
    return transitions.change(
        risk,
        actor=actor,
        kind=kind,
        changes={**changes, "state_reason": reason.strip()},
        expected_version=expected_version,
        payload=figures(risk),
        touches=risk.ledger_touches,
        reason=reason.strip(),
    )


@action
def accept(risk: Risk, *, actor: User, reason: str = "", expected_version: int | None = None) -> Risk:
    """Take a risk as it is. A high one (10 of 25 and above) needs a written reason. Raises Denied, Invalid, StaleState."""
    require(queries.may_edit(actor, risk))
    verdict = rules.may_accept(risk, reason)
    if not verdict and risk.state == Risk.State.OPEN:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"reason": [verdict.reason]})
    require(verdict)
    changes = {"state": Risk.State.ACCEPTED, "treatment": Risk.Treatment.ACCEPT}
    return _move(risk, actor, "risk.accepted", expected_version, reason, **changes)


@action
def close(risk: Risk, *, actor: User, reason: str, expected_version: int | None = None) -> Risk:
    """Say that it cannot happen any more, and why. Raises Denied, Invalid, Conflict, StaleState."""
    require(queries.may_edit(actor, risk))
    if risk.state == Risk.State.CLOSED:
        raise Conflict("This risk is closed already.", fix="Leave it as it is.")
    if not reason.strip():
        raise Invalid("Say why it is closed.", fields={"reason": ["This is needed."]})
    return _move(risk, actor, "risk.closed", expected_version, reason, state=Risk.State.CLOSED)


@action
def reopen(risk: Risk, *, actor: User, reason: str = "", expected_version: int | None = None) -> Risk:
    """Open an accepted or closed risk again. Raises Denied, Conflict, StaleState."""
    require(queries.may_edit(actor, risk))
    if risk.state == Risk.State.OPEN:
        raise Conflict("This risk is open.", fix="Leave it as it is.")
    return _move(risk, actor, "risk.reopened", expected_version, reason, state=Risk.State.OPEN)


@action
def review(
    risk: Risk,
    *,
    actor: User,
    likelihood: int,
    impact: int,
    review_on: date | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Risk:
    """Record that a risk was looked at: how likely and how bad it is now, and when next (in a quarter unless named).

    A higher score than the one that was accepted opens it again. Raises Denied, Conflict, Invalid, StaleState.
    """
    require(queries.may_edit(actor, risk))
    if risk.state == Risk.State.CLOSED:
        raise Conflict("This risk is closed.", fix="Reopen it first.")
    following = review_on or clock.today() + rules.REVIEW
    if following <= clock.today():
        said = "The next review lies in the time to come."
        raise Invalid(said, fields={"review_on": [said]})
    changes = {"likelihood": likelihood, "impact": impact, "review_on": following}
    return store_changes(risk, actor, "risk.reviewed", changes, expected_version, reason, review_on=following.isoformat())
