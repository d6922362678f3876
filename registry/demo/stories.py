"""What happened to each demo surface: registered, proposed, approved, refused, taken back, retired."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from governance.approvals import actions as approvals
from governance.approvals import queries as approval_queries
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.comments import actions as comments
from governance.people.bench import bench
from governance.people.system import system_actor
from registry.catalog.models import Vendor
from registry.changes import actions as changes
from registry.demo.contracts import contract_of, revised
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface, SurfaceState

REGISTERED_BEFORE = 1.5  # weeks before the first thing that happened to it
WORST = (
    "Somebody reads a wrong sentence and notices.",
    "A wrong draft is sent after a careless look; the customer is told within a day.",
    "A member acts on a wrong answer before it is corrected.",
    "A decision about a person is prepared wrongly and found in the weekly sample.",
    "A payment of up to 500 euros reaches the wrong payee; the bank recalls about 70 % within five days.",
)


def tell(story: Any, about: Mapping[str, Any], number: int) -> None:
    """Put a surface's whole story on the calendar."""
    happened = about.get("story", [])
    first = max((weeks for weeks, *_ in happened), default=4)
    began = min(first + REGISTERED_BEFORE, story.data["began"] - 0.5)
    shift = number * 0.003  # so that no two things happen in the same minute
    made: dict[str, Surface] = {}
    story.at(began - shift, partial(_register, story, about, made))
    for weeks, what, said in happened:
        story.at(weeks - shift, partial(_happen, story, about, made, what, said))


def _register(story: Any, about: Mapping[str, Any], made: dict[str, Surface]) -> None:
    vendor = Vendor.objects.filter(key=about.get("vendor", "")).first()
    made["surface"] = surfaces.register(
        actor=story.admin,
        name=about["name"],
        owner=story.cast[about["owner"]],
        tier=about["tier"],
        tier_reasons=[f"The questionnaire suggested tier {about['tier']}."],
        state=about.get("state", SurfaceState.BUILDING),
        purpose=about["purpose"],
        team=story.teams[about["team"]],
        pattern=about["pattern"],
        vendor=vendor,
    )


def _happen(story: Any, about: Mapping[str, Any], made: dict[str, Surface], what: str, said: str) -> None:
    surface, owner = Surface.objects.get(pk=made["surface"].pk), story.cast[about["owner"]]
    if what == "retire":
        changes.retire(surface, actor=owner, reason=said)
        return
    if what == "expire":
        for open_change in surface.changes.filter(state="proposed", request__isnull=False):
            approvals.expire(ApprovalRequest.objects.get(change=open_change), actor=system_actor())
        return
    held = surface.in_force.contract if surface.in_force else None
    told = story.data["revisions"][said] if held else {"why": f"It is in use or about to be. {about['purpose']}"}
    contract = revised(held, told) if held else contract_of(about, owner.ref)
    if what == "draft":
        surfaces.save_draft(surface, actor=owner, contract=contract)
        return
    why = told["why"]
    if what in ("approve", "part"):
        story.prepare(surface, contract)
    change = changes.propose(surface, actor=owner, title=said, why=why, contract=contract, record=record_of(about))
    request = change.request
    assert request is not None  # noqa: S101 - propose always asks
    _answer(story, request, what, owner)


def _answer(story: Any, request: ApprovalRequest, what: str, owner: Any) -> None:
    if what in ("approve", "hold"):
        story.answer(request)
    elif what == "part":
        story.answer(request, leave=1)
        comments.comment(_subject(request), actor=story.cast["jun"], text=f"@{owner.name}: which report would show it drifting?")
    elif what == "reject":
        person, _ = _next(request)
        reason = "It widens what may happen without a person. Bring the evals and a smaller step."
        approvals.decide(request, actor=person, verdict="reject", comment=reason)
    elif what == "withdraw":
        approvals.withdraw(request, actor=owner, reason="A smaller change comes instead.")


def approve_all(request: ApprovalRequest | None, story: Any, leave: int = 0) -> None:
    """Let the people whom policy names approve, one after the other; `leave` places, the first ones, stay open.

    Raises LookupError where nobody was asked.
    """
    if request is None:
        raise LookupError("nobody was asked")
    waiting = request.steps.filter(state=ApprovalStep.State.WAITING).count()
    for _ in range(waiting - leave):
        person, comment = _next(request, last_first=leave > 0)
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest, comment=comment)
        request.refresh_from_db()


def answer_next(story: Any, pk: int, *, last_first: bool = False) -> None:
    """Let the next person whom policy names approve, where the request is still open."""
    request = ApprovalRequest.objects.get(pk=pk)
    if request.state == ApprovalRequest.State.OPEN:
        person, comment = _next(request, last_first=last_first)
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest, comment=comment)


def _next(request: ApprovalRequest, *, last_first: bool = False) -> tuple[Any, str]:
    steps = list(request.steps.select_related("position", "team", "request", "assignee"))
    if last_first and not request.in_order:
        steps.reverse()
    seats, filled = bench(), {step.filled_by_id for step in steps}
    for step in steps:
        if step.state != ApprovalStep.State.WAITING:
            continue
        for person in approval_queries.deciders_of(step, seats):
            if person.pk not in filled:
                return person, SAID.get(step.position.key, "")
    raise LookupError(f"nobody is left to decide {request}")


SAID = {
    "security": "Injection evals and rate limits looked at.",
    "legal": "Disclosure and retention are in order.",
    "compliance": "Within the policy for this tier.",
    "engineering": "Fallback tried on staging.",
}


def _subject(request: ApprovalRequest) -> Any:
    return request.change  # type: ignore[attr-defined]


def record_of(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a demo surface's decision record says beside the difference."""
    return {
        "worst_case": WORST[about["tier"]],
        "blast_radius": "At most a day's cases of the team before the daily report shows it.",
        "drift_signs": "Share of corrected outputs in the weekly sample.",
        "rollback_trigger": "More than 5 % corrected in a day, or one complaint of harm.",
        "eval_evidence": "Suites run on the release candidate; results linked in the repository.",
        "disclosure": ["model_drafted", "human_edited"] if about.get("draft") else [],
    }
