"""Who may do what with evidence, and where it stands: pure decisions."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.evidence.models import Evidence, EvidenceUse

SOON = timedelta(days=30)
"""How long before its end evidence is said to end soon."""


def may_collect(user: Any) -> Verdict:
    """Say whether a person may collect evidence at all."""
    if roles.may_write(user):
        return ALLOW
    return deny("Auditors read all evidence and collect none.")


def may_withdraw(user: Any, evidence: Evidence) -> Verdict:
    """Say whether a person may withdraw it: who collected it, or who keeps the policy."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if evidence.state != Evidence.State.CURRENT:
        return deny(f"It is {evidence.get_state_display().lower()}.", fix="Nothing is left to do.")
    if roles.governs(user) or user.pk == evidence.collector_id:
        return ALLOW
    return deny(
        "Only who collected it withdraws it.",
        fix="Take it off your own surface, or ask who collected it.",
        grantors=(str(evidence.collector), "A risk officer"),
    )


def may_renew(user: Any, evidence: Evidence, uses: Collection[EvidenceUse], editable: Collection[int]) -> Verdict:
    """Say whether a person may let another follow it: who collected it, who keeps the policy, or who works on a using surface."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if evidence.state != Evidence.State.CURRENT:
        return deny(f"It is {evidence.get_state_display().lower()}.", fix="Collect a new one.")
    if roles.governs(user) or user.pk == evidence.collector_id or any(use.surface_id in editable for use in uses):
        return ALLOW
    return deny(
        "Only who collected it, or who may edit a surface that uses it, renews it.",
        grantors=(str(evidence.collector), "A risk officer"),
    )


def takes_over_all(user: Any, evidence: Evidence) -> bool:
    """Whether what this person renews serves everywhere the old one did, and not only on surfaces they may edit."""
    return roles.governs(user) or bool(user.pk == evidence.collector_id)


def standing(evidence: Evidence, today: date, until: date | None = None) -> str:
    """Return where evidence stands on a day: current, expiring (within 30 days), expired, renewed or withdrawn.

    `until` is the last day on which it counts for one control; without it the evidence's own is asked.
    """
    if evidence.state != Evidence.State.CURRENT:
        return str(evidence.state)
    last = until or evidence.expires_on
    if last is None:
        return "current"
    if last < today:
        return "expired"
    return "expiring" if last <= today + SOON else "current"


def counts(use: EvidenceUse, today: date) -> bool:
    """Whether evidence speaks for its control on a day: current, and not past its end for that control."""
    return use.evidence.state == Evidence.State.CURRENT and (use.expires_on is None or use.expires_on >= today)
