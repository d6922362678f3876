"""What may be said of a framework item: pure decisions."""

from governance.core.verdict import ALLOW, Verdict, deny
from registry.frameworks.library import Framework
from registry.frameworks.models import FrameworkAnswer

LEAST_WORDS = 3
"""Fewer words than these do not say how a risk is met, nor why it cannot arise."""


def may_answer(framework: Framework, item: str) -> Verdict:
    """Say whether an item can be answered surface by surface: one of a checklist, by the id of its edition."""
    if not framework.is_checklist:
        return deny(f"{framework.label} is not answered surface by surface.", fix="Its coverage is counted from controls.")
    if framework.item(item) is None:
        return deny(f"{framework.label} has no item {item[:60]}.", fix="Ids hold the edition, such as LLM03:2026.")
    return ALLOW


def is_said(status: str, reason: str) -> Verdict:
    """Say whether an answer says enough: mitigated says how, not applicable says why."""
    if status not in FrameworkAnswer.Status.values:
        return deny("Choose mitigated or not applicable.")
    if len(reason.split()) < LEAST_WORDS:
        asked = "how it is mitigated" if status == FrameworkAnswer.Status.MITIGATED else "why it does not apply"
        return deny(f"Say {asked}, in a few words.")
    return ALLOW
