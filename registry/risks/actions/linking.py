"""What a risk is linked with: further surfaces, and evidence."""

from typing import Any

from governance.core.errors import Conflict, NotVisible
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.risks import queries
from registry.risks.models import Risk, RiskEvidence, RiskSurface
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


@action
def link_surface(risk: Risk, surface: Surface, *, actor: User) -> RiskSurface:
    """Say that a risk is also about a surface that the person sees. Raises Denied, NotVisible, Conflict."""
    require(queries.may_edit(actor, risk))
    if not surfaces.visible_to(actor).filter(pk=surface.pk).exists():
        raise NotVisible("There is no such surface that you can see.", fix="Check the key.")
    if risk.surface_id == surface.pk:
        raise Conflict(f"It is a risk of {surface} already.", fix="Choose another surface.")
    told = {"risk": risk.key, "surface": surface.key}
    made = RiskSurface(risk=risk, surface=surface)
    return transitions.create(made, actor=actor, kind="risk.linked", payload=told, touches=(risk, surface))


@action
def unlink_surface(risk: Risk, surface: Surface, *, actor: User) -> None:
    """Say that a risk is not about a surface any more. Raises Denied, Conflict."""
    require(queries.may_edit(actor, risk))
    link = risk.links.filter(surface=surface).first()
    if link is None:
        raise Conflict(f"{surface} is not linked to this risk.", fix="Look at what is linked.")
    told = {"risk": risk.key, "surface": surface.key}
    transitions.remove(link, actor=actor, kind="risk.unlinked", payload=told, touches=(risk, surface))


@action
def attach_evidence(risk: Risk, evidence: Any, *, actor: User) -> RiskEvidence:
    """Attach evidence that the person sees. Raises Denied, NotVisible, Conflict for what is over or attached already."""
    require(queries.may_edit(actor, risk))
    if not queries.evidence_door(actor).filter(pk=evidence.pk).exists():
        raise NotVisible("There is no such evidence that you can see.", fix="Check the key.")
    if evidence.state != "current":
        raise Conflict(f"{evidence.key} is {evidence.get_state_display().lower()}.", fix="Choose or collect another.")
    told = {"risk": risk.key, "evidence": evidence.key}
    made = RiskEvidence(risk=risk, evidence=evidence)
    return transitions.create(made, actor=actor, kind="risk.shown", payload=told, touches=(risk, evidence))


@action
def detach_evidence(risk: Risk, evidence: Any, *, actor: User) -> None:
    """Take evidence off a risk; the evidence stays. Raises Denied, Conflict."""
    require(queries.may_edit(actor, risk))
    proof = risk.proofs.filter(evidence=evidence).first()
    if proof is None:
        raise Conflict(f"{evidence.key} is not attached to this risk.", fix="Look at what is attached.")
    told = {"risk": risk.key, "evidence": evidence.key}
    transitions.remove(proof, actor=actor, kind="risk.unshown", payload=told, touches=(risk, evidence))
