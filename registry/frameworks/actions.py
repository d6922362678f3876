"""The only writers of framework answers: answer an item, take an answer back."""

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.evidence import actions as evidence_actions
from registry.evidence.models import Evidence
from registry.exceptions.naming import OWASP
from registry.frameworks import library, rules
from registry.frameworks.models import FrameworkAnswer
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


@action
def answer(
    surface: Surface,
    *,
    actor: User,
    framework: str,
    item: str,
    status: str,
    reason: str,
    evidence: Evidence | None = None,
    expected_version: int | None = None,
) -> FrameworkAnswer:
    """Say of one item of one edition that its risk is mitigated, and how, or does not apply, and why.

    An answer that is there already is replaced; `expected_version` is the one that was seen, 0 for none. Evidence, where
    given, serves `owasp:<item>` of the surface. Raises Denied, Invalid beside the field, StaleState.
    """
    require(surfaces.may_edit(actor, surface))
    for verdict, field in (
        (rules.may_answer(library.framework(framework), item), "item"),
        (rules.is_said(status, reason), "reason" if status in FrameworkAnswer.Status.values else "status"),
    ):
        if not verdict:
            raise Invalid(verdict.reason, fix=verdict.fix, fields={field: [f"{verdict.reason} {verdict.fix}".strip()]})
    held = FrameworkAnswer.objects.select_for_update().filter(surface=surface, framework=framework, item=item).first()
    if expected_version is not None and expected_version != (held.version if held else 0):
        raise transitions.stale(held or FrameworkAnswer(surface=surface, item=item, status=status))
    given = _stored(held, surface, framework, item, status, reason.strip(), evidence, actor)
    if evidence is not None:
        evidence_actions.attach(evidence, surface, f"{OWASP}{item}", actor=actor)
    return given


def _stored(
    held: FrameworkAnswer | None,
    surface: Surface,
    framework: str,
    item: str,
    status: str,
    reason: str,
    evidence: Evidence | None,
    actor: User,
) -> FrameworkAnswer:
    told = {"framework": framework, "item": item, "surface": surface.key, "evidence": evidence.key if evidence else ""}
    told["status"] = FrameworkAnswer.Status(status).label.lower()
    if held is None:
        made = FrameworkAnswer(surface=surface, framework=framework, item=item, status=status, reason=reason)
        return transitions.create(made, actor=actor, kind="framework.answered", payload=told, touches=(surface,))
    before = held.get_status_display().lower()
    return transitions.change(
        held,
        actor=actor,
        kind="framework.answer_changed",
        changes={"status": status, "reason": reason},
        payload=told | {"before": before},
        touches=(surface,),
    )


@action
def withdraw_answer(answer: FrameworkAnswer, *, actor: User, reason: str = "", expected_version: int | None = None) -> None:
    """Take an answer back: the item is open again. Its history stays. Raises Denied or StaleState."""
    require(surfaces.may_edit(actor, answer.surface))
    if expected_version is not None and answer.version != expected_version:
        raise transitions.stale(answer)
    told = {
        "framework": answer.framework,
        "item": answer.item,
        "status": "open",
        "before": answer.get_status_display().lower(),
        "surface": answer.surface.key,
    }
    kind = "framework.answer_withdrawn"
    transitions.remove(answer, actor=actor, kind=kind, payload=told, touches=(answer.surface,), reason=reason)
