"""Follows an exception after it was asked for: into force, closed, ended early, expired, reminded of, handed over."""

from typing import Any

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import User
from registry.exceptions import queries, rules
from registry.exceptions.actions.asking import told
from registry.exceptions.models import ControlException
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

State = ControlException.State
CLOSED = {
    ApprovalRequest.State.REJECTED: State.REJECTED,
    ApprovalRequest.State.WITHDRAWN: State.WITHDRAWN,
    ApprovalRequest.State.EXPIRED: State.UNANSWERED,
}


def locked(exception: ControlException, expected_version: int | None = None) -> ControlException:
    """Return the exception as it stands now, held until the transaction ends. Raises StaleState."""
    now = ControlException.objects.select_for_update(of=("self",)).select_related("owner", "requester", "request", "extends")
    found = now.get(pk=exception.pk)
    if expected_version is not None and found.version != expected_version:
        raise transitions.stale(found)
    return found


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: let the exception hold from now on, or close it."""
    exception = locked(ControlException(pk=int(request.subject_id)))
    exception.request = request
    covered = list(exception.surfaces.select_related("in_force"))
    if request.state != ApprovalRequest.State.APPROVED:
        state = CLOSED[ApprovalRequest.State(request.state)]
        said = {"title": exception.title, "state": state.label.lower(), "digest": exception.digest}
        _move(exception, actor, "exception.closed", {"state": state, "ended_at": clock.now()}, said, covered)
        return
    _check_still_allowed(exception, covered)
    said = told(exception, covered) | {"expires_on": exception.expires_on, "owner": exception.owner.ref}
    _move(exception, actor, "exception.in_force", {"state": State.ACTIVE, "active_at": clock.now()}, said, covered)


def _check_still_allowed(exception: ControlException, covered: list[Surface]) -> None:
    """Refuse an approval of what has become too long, because a tier was raised or policy was tightened meanwhile."""
    limit = queries.longest_for(covered, exception.controls)
    if (exception.expires_on - exception.starts_on).days > limit.days:
        raise Conflict(
            f"It was asked for in tier {exception.tier}; in tier {limit.tier} an exception lasts {limit.days} days at most.",
            fix="Withdraw the request, and ask for a shorter one.",
        )


@action
def expire(exception: ControlException, *, actor: User) -> ControlException:
    """Write down that an exception is past its last moment (work of the system). It ended by itself, at that moment."""
    exception = locked(exception)
    if exception.state != State.ACTIVE or exception.ends_at >= clock.now():
        raise StaleState(f"{exception.title} has not come to its end.", fix="Reload it.")
    changes = {"state": State.EXPIRED, "ended_at": exception.ends_at}
    return _over(exception, actor, "exception.expired", changes)


@action
def end(exception: ControlException, *, actor: User, reason: str, expected_version: int | None = None) -> ControlException:
    """End an exception before its day: the controls count again at once. Raises Denied, Invalid or StaleState."""
    exception = locked(exception, expected_version)
    edits = all(surfaces.may_edit(actor, surface) for surface in exception.surfaces.select_related("team__lead"))
    approvers = [person.pk for person in queries.approvers(exception)]
    if exception.state != State.ACTIVE:
        raise StaleState(f"{exception.title} is {exception.get_state_display().lower()}.", fix="Only one in force can be ended.")
    require(rules.may_end(actor, exception, may_edit=edits, approvers=approvers))
    if not reason.strip():
        raise Invalid("Say why it ends before its day.", fields={"reason": ["Needed: those who approved it will ask."]})
    changes = {"state": State.ENDED, "ended_at": clock.now(), "end_reason": reason.strip()}
    return _over(exception, actor, "exception.ended", changes, reason.strip())


def _over(exception: ControlException, actor: User, kind: str, changes: dict[str, Any], reason: str = "") -> ControlException:
    covered = list(exception.surfaces.all())
    people = {person.ref for person in (exception.owner, exception.requester, *queries.approvers(exception))}
    said = told(exception, covered) | {"told": sorted(people)}
    said["relied_on"] = [
        f"{surface.key} r{surface.in_force.number}" for surface in queries.relied_on(exception) if surface.in_force
    ]
    return _move(exception, actor, kind, changes, said, covered, reason)


@action
def remind(exception: ControlException, *, actor: User) -> ControlException:
    """Note that its owner and whoever asked for it are told that it ends soon; once for each exception."""
    exception = locked(exception)
    people = sorted({exception.owner.ref, exception.requester.ref})
    said = {"title": exception.title, "expires_on": exception.expires_on, "told": people}
    return transitions.change(
        exception,
        actor=actor,
        kind="exception.reminded",
        changes={"reminded_at": clock.now()},
        expected={"state": State.ACTIVE, "reminded_at": None},
        payload=said,
    )


@action
def give_owner(
    exception: ControlException, *, actor: User, owner: User, reason: str = "", expected_version: int | None = None
) -> ControlException:
    """Let another person answer for an exception; what was approved stays as it was. Raises Denied, Invalid, StaleState."""
    exception = locked(exception, expected_version)
    require(rules.may_hand_over(actor, exception))
    if not (verdict := people_rules.may_own(owner)):
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"owner": [verdict.reason]})
    said = {"title": exception.title, "to": owner.ref, "before": exception.owner.ref}
    return transitions.change(
        exception,
        actor=actor,
        kind="exception.owner_set",
        changes={"owner": owner},
        payload=said,
        touches=exception.ledger_touches,
        reason=reason,
    )


@action
def withdraw(exception: ControlException, *, actor: User, reason: str = "") -> ControlException:
    """Take a request back before it is decided. Raises StaleState when it was decided in the meantime."""
    if exception.request is None or exception.state != State.REQUESTED:
        raise StaleState(f"{exception.title} is {exception.get_state_display().lower()}.", fix="Only a waiting one is withdrawn.")
    approvals.withdraw(exception.request, actor=actor, reason=reason)
    return locked(exception)


def _move(
    exception: ControlException,
    actor: User,
    kind: str,
    changes: dict[str, Any],
    said: dict[str, Any],
    covered: list[Surface],
    reason: str = "",
) -> ControlException:
    return transitions.change(
        exception, actor=actor, kind=kind, changes=changes, payload=said, touches=tuple(covered), reason=reason
    )
