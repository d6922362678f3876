"""Puts a postmortem before the people whom policy names, under its digest, and follows what they decide."""

from typing import Any

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock, digest
from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along
from governance.policy.routes import Route
from incidents.cases.models import BURNING, Incident, TimelineEntry
from incidents.clocks import actions as clocks
from incidents.postmortems import content, demands, queries, rules
from incidents.postmortems.actions.locking import incident_now, into_postmortem, postmortem_now, told_on_timeline
from incidents.postmortems.models import Postmortem
from incidents.running import queries as running
from incidents.running import rules as running_rules

State = Postmortem.State


@action
def ask_for_approval(postmortem: Postmortem, *, actor: User, expected_version: int | None = None) -> Postmortem:
    """Fix the whole under its hash and ask for approval. Raises Invalid with what it lacks, Denied, StaleState.

    What is signed holds the texts, causes and moments, and what is to be done as it is agreed at that moment.
    """
    postmortem = postmortem_now(postmortem, expected_version)
    require(rules.may_change(actor, postmortem, queries.sees(actor, postmortem.incident)))
    require(running_rules.may_respond(actor, postmortem.incident, running.standing(actor, postmortem.incident)))
    incident = incident_now(postmortem.incident)
    if incident.state in BURNING:
        raise Invalid(
            f"{incident.key} is {incident.get_state_display().lower()}.", fix="Resolve it first; then it can be judged."
        )
    if missing := queries.lacks(postmortem):
        raise Invalid(" ".join(missing), code="not-ready")
    postmortem.incident = incident = into_postmortem(incident, actor=actor)
    said = content.whole(postmortem, queries.moments(postmortem))
    request = _asked(postmortem, digest.digest(said), actor)
    text = f"Put the postmortem {postmortem.key} before its approvers."
    told = {"incident": incident.key, "content": request.subject_digest}
    told |= told_on_timeline(incident, actor=actor, kind=TimelineEntry.Kind.POSTMORTEM, text=text)
    changes = {"content": said, "digest": request.subject_digest, "state": State.REVIEW, "request": request}
    return _move(postmortem, actor, "postmortem.asked", changes, told, State.DRAFT)


def _asked(postmortem: Postmortem, sha: str, actor: User) -> ApprovalRequest:
    incident = postmortem.incident
    return ask_along(
        route_of(incident),
        actor=actor,
        kind="postmortem",
        subject=postmortem,
        digest=sha,
        title=f"Postmortem: {postmortem.title}",
        tier=incident.tier,
        team=incident.surface.team if incident.surface else None,
    )


def route_of(incident: Incident) -> Route:
    """Return who approves: the policy's route for postmortems, else those who approve changes of the incident's tier.

    A policy from before postmortems has no such route. Raises Invalid where the incident has no tier then.
    """
    regulated = policy.is_regulated(incident.data_classes)
    if policy.route_or_none("postmortem", tier=incident.tier) is not None:
        return policy.route_for("postmortem", tier=incident.tier, regulated=regulated)
    if incident.tier is None:
        raise Invalid(
            "Nothing says who approves this postmortem: the incident has no tier.",
            fix="Say which surface it was about, or have a risk officer add a route for postmortems to the policy.",
        )
    return policy.route_for("change", tier=incident.tier, regulated=regulated)


@action
def withdraw(postmortem: Postmortem, *, actor: User, reason: str = "") -> Postmortem:
    """Take a request back, to go on writing. Raises StaleState when it was decided in the meantime, Denied."""
    if postmortem.request is None or postmortem.state != State.REVIEW:
        raise StaleState(f"{postmortem.key} is {postmortem.get_state_display().lower()}.", fix="Only a waiting one is withdrawn.")
    approvals.withdraw(postmortem.request, actor=actor, reason=reason)
    return postmortem_now(postmortem)


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: the postmortem stands, or goes back to its writers."""
    postmortem = postmortem_now(Postmortem(pk=int(request.subject_id)))
    if request.state != ApprovalRequest.State.APPROVED:
        told: dict[str, Any] = {"state": ApprovalRequest.State(request.state).label.lower(), "content": postmortem.digest}
        _move(postmortem, actor, "postmortem.returned", {"state": State.DRAFT}, told, State.REVIEW)
        return
    _stands(postmortem, actor)


def _stands(postmortem: Postmortem, actor: User) -> None:
    """Let an approved postmortem stand: on the timeline, as the incident's cause, and for its clock."""
    incident = incident_now(postmortem.incident)
    causes = list(postmortem.causes.order_by("pk").values_list("cause", flat=True))
    text = f"The postmortem {postmortem.key} is approved."
    told: dict[str, Any] = {"incident": incident.key, "content": postmortem.digest, "causes": causes}
    told |= told_on_timeline(incident, actor=actor, kind=TimelineEntry.Kind.POSTMORTEM, text=text)
    changes = {"state": State.APPROVED, "approved_at": clock.now()}
    _move(postmortem, actor, "postmortem.approved", changes, told, State.REVIEW)
    if causes and incident.cause != causes[0]:
        transitions.change(
            incident,
            actor=actor,
            kind="incident.cause_set",
            changes={"cause": causes[0]},
            payload={"cause": demands.cause_named(causes[0]), "key": causes[0]},
            touches=incident.ledger_touches,
        )
    clocks.follow(incident, actor=actor)


@action
def revise(postmortem: Postmortem, *, actor: User, reason: str = "", expected_version: int | None = None) -> Postmortem:
    """Open an approved postmortem for another edition, to be approved again. Raises Denied once the incident is closed."""
    postmortem = postmortem_now(postmortem, expected_version)
    require(rules.may_revise(actor, postmortem, running.standing(actor, postmortem.incident)))
    changes = {"state": State.DRAFT, "approved_at": None}
    told = {"content": postmortem.digest}
    draft = _move(postmortem, actor, "postmortem.revised", changes, told, State.APPROVED, reason)
    clocks.follow(draft.incident, actor=actor)
    return draft


def _move(
    postmortem: Postmortem, actor: User, kind: str, changes: dict[str, Any], told: dict[str, Any], before: str, reason: str = ""
) -> Postmortem:
    return transitions.change(
        postmortem,
        actor=actor,
        kind=kind,
        changes=changes,
        expected={"state": before},
        payload=told,
        touches=postmortem.ledger_touches,
        reason=reason,
    )
