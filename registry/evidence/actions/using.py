"""Which controls evidence serves: attach, detach, and withdrawing it for all of them."""

from datetime import date

from governance.core.errors import Conflict, Denied, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.evidence import controls, queries, rules
from registry.evidence.models import Evidence, EvidenceUse
from registry.surfaces.models import Surface


@action
def attach(evidence: Evidence, surface: Surface, control: str, *, actor: User, reason: str = "") -> EvidenceUse:
    """Let evidence serve a control of a surface, until its own end or policy's for that control, whichever is first.

    Raises Denied for whoever may not edit the surface or see the evidence, Invalid for a control that does not exist,
    Conflict for evidence that is over or serves it already.
    """
    require(queries.may_attach(actor, surface))
    held = Evidence.objects.select_for_update(of=("self",)).select_related("collector").get(pk=evidence.pk)
    if held.collector_id != actor.pk and not queries.visible_to(actor).filter(pk=held.pk).exists():
        raise Denied("You cannot see that evidence.", fix="Ask its collector for it.")
    if held.state != Evidence.State.CURRENT:
        raise Conflict(f"{held.key} is {held.get_state_display().lower()}.", fix="Choose or collect another.")
    document = policy.document()
    controls.check(control, controls.names(document))
    if held.uses.filter(surface=surface, control=control).exists():
        raise Conflict(f"{held.key} serves this control of {surface} already.", fix="Leave it as it is, or renew it.")
    use = EvidenceUse(evidence=held, surface=surface, control=control)
    use.expires_on = until(held, control)
    return transitions.create(
        use,
        actor=actor,
        kind="evidence.attached",
        payload={"evidence": held.key, "control": control, "surface": surface.key, "until": _day(use.expires_on)},
        touches=(held, surface),
        reason=reason,
    )


def until(evidence: Evidence, control: str) -> date | None:
    """Return the last day on which evidence counts for a control under the policy in force."""
    days = controls.days_of(control, policy.document())
    return controls.good_until(evidence.collected_on, evidence.expires_on, days)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@action
def detach(use: EvidenceUse, *, actor: User, reason: str = "") -> None:
    """Take evidence off a control of a surface. The evidence stays, and history keeps what it served."""
    require(queries.may_attach(actor, use.surface))
    transitions.remove(
        use,
        actor=actor,
        kind="evidence.detached",
        payload={"evidence": use.evidence.key, "control": use.control, "surface": use.surface.key},
        touches=(use.evidence, use.surface),
        reason=reason,
    )


@action
def withdraw(evidence: Evidence, *, actor: User, reason: str, expected_version: int | None = None) -> Evidence:
    """Say that evidence no longer holds. Its uses stay, so that each control can say why it is not met any more."""
    require(rules.may_withdraw(actor, evidence))
    if not reason.strip():
        raise Invalid("Say why it is withdrawn.", fields={"reason": ["This is needed."]})
    uses = queries.uses(evidence)
    return transitions.change(
        evidence,
        actor=actor,
        kind="evidence.withdrawn",
        changes={"state": Evidence.State.WITHDRAWN, "ended_because": reason.strip()},
        expected_version=expected_version,
        expected={"state": Evidence.State.CURRENT},
        payload={"uses": len(uses)},
        touches=tuple({use.surface_id: use.surface for use in uses}.values()),
        reason=reason.strip(),
    )
