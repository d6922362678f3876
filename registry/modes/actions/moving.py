"""Moves a surface's mode: the row under lock, the step on record, and what the step makes void."""

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Invalid, StaleState
from governance.ledger import transitions
from governance.people.models import User
from registry.modes import ladder
from registry.modes.models import ModeChange, ModeRaise
from registry.surfaces.models import Mode, Surface


def locked(surface: Surface, expected_version: int | None = None) -> Surface:
    """Return the surface as it stands now, held until the transaction ends. Raises StaleState when its mode moved.

    Other edits since the version that was seen are let pass: nobody is to be kept from a kill switch by a new name.
    """
    rows = Surface.objects.select_for_update(of=("self",)).select_related("owner", "team__lead", "in_force")
    now = rows.get(pk=surface.pk)
    if expected_version is not None and expected_version != now.version:
        seen = now.history.filter(version=expected_version).values_list("mode", flat=True).first()
        if seen != now.mode:
            raise moved(now)
    return now


def moved(surface: Surface) -> StaleState:
    """Return the error for somebody who saw another mode."""
    return StaleState(
        f"{surface} is in another mode by now: {surface.get_mode_display().lower()}.",
        fix="Look at it again, and go further if that is not enough.",
    )


def require_reason(reason: str) -> str:
    """Return the reason without space around it. Raises Invalid for none."""
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": ["Needed: whoever is woken by it reads this first."]})
    return reason.strip()


def move(
    surface: Surface, to: str, *, actor: User, reason: str, standing: str, request: ApprovalRequest | None = None, drill: str = ""
) -> ModeChange:
    """Record the step and move the mode, in the transaction that is open; raises that are still asked for become void."""
    before = Mode(surface.mode)
    after = Mode(to)
    contract = surface.in_force.contract if surface.in_force else {}
    step = ModeChange(
        surface=surface,
        before=before,
        after=after,
        reason=reason,
        actor=actor,
        standing=standing,
        at=clock.now(),
        request=request,
        drill=drill,
        fallback=ladder.fallback(contract)[:2000],
    )
    transitions.check(step)
    step.save()
    said = {"before": before.label.lower(), "after": after.label.lower(), "step": step.key, "standing": standing}
    said |= {"fallback": step.fallback, "drill": drill}
    if request is not None:
        said["approval"] = request.key
    kind = "mode.lowered" if request is None else "mode.raised"
    transitions.change(surface, actor=actor, kind=kind, changes={"mode": after.value}, payload=said, reason=reason)
    _void(surface, actor, step)
    return step


def _void(surface: Surface, actor: User, step: ModeChange) -> None:
    for each in ModeRaise.objects.filter(surface=surface, state=ModeRaise.State.ASKED).select_related("request"):
        if each.request is not None and each.request_id != step.request_id:
            why = f"The mode moved to {step.get_after_display().lower()} in the meantime."
            approvals.void(each.request, actor=actor, why=why)
