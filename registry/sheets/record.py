"""The decision record of a change: what differs, what was weighed, who decided, for which hash."""

from typing import Any

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.core import digest
from governance.documents.tags import day
from governance.policy import queries as policy
from registry.changes.forms import DISCLOSURE
from registry.changes.models import Change
from registry.contracts.diff import diff
from registry.contracts.differences import KINDS
from registry.sheets.standing import mark
from registry.surfaces import facts as held

LEVELS = {
    Change.State.PROPOSED: ("wait", "Waiting for approval"),
    Change.State.APPROVED: ("ok", "Approved, not yet in force"),
    Change.State.IN_FORCE: ("held", "In force"),
    Change.State.SUPERSEDED: ("ok", "Was in force, followed by another"),
    Change.State.REJECTED: ("stop", "Rejected"),
    Change.State.WITHDRAWN: ("warn", "Withdrawn"),
    Change.State.EXPIRED: ("warn", "Expired"),
    Change.State.VOIDED: ("warn", "Approval voided"),
}
MARKS = {
    Change.State.PROPOSED: ("warn", "Not decided.", "What is proposed here does not hold."),
    Change.State.REJECTED: ("stop", "Rejected.", "What is proposed here never held."),
    Change.State.WITHDRAWN: ("stop", "Withdrawn.", "What is proposed here never held."),
    Change.State.EXPIRED: ("stop", "Expired.", "It was not decided or not used in time, and never held."),
    Change.State.VOIDED: ("stop", "Voided.", "What its approval rested on changed before it came into force; it never held."),
}
VERDICTS = {
    Decision.Verdict.APPROVE: "ok",
    Decision.Verdict.CONDITIONS: "ok",
    Decision.Verdict.REJECT: "stop",
    Decision.Verdict.ABSTAIN: "wait",
    Decision.Verdict.DELEGATE: "wait",
}
WEIGHED = (
    ("Worst case", "worst_case"),
    ("Reach", "blast_radius"),
    ("Data touched", "data_touched"),
    ("How drift would be seen", "drift_signs"),
    ("What triggers rollback", "rollback_trigger"),
    ("Eval evidence", "eval_evidence"),
)


def context(change: Change, user: Any) -> dict[str, Any]:
    """Return everything that the record shows, as plain data; the contract decided on travels along whole."""
    request = approvals.of_subject("change", change.pk).order_by("-pk").first()
    revision, surface = change.revision, change.surface
    found = MARKS.get(Change.State(change.state))
    return {
        "head": "Decision record",
        "change": {
            "key": change.key,
            "title": change.title,
            "why": change.why,
            "kinds": [kind_named(kind) for kind in change.kinds],
            "lane": request.lane.replace("_", " ") if request else "",
            "proposer": change.requester.name,
            "proposed_at": digest.plain(change.created_at),
        },
        "mark": mark(*found) if found else None,
        "standing": standing(change),
        "surface": {"key": surface.key, "name": surface.name},
        "tier": {"number": revision.tier, "name": policy.tier(revision.tier).name},
        "first": change.base is None,
        "differences": differences(change),
        "no_differences": "Nothing differs from what was in force.",
        "weighed": weighed(change),
        "decisions": decisions(request),
        "waiting": waiting(request),
        "conditions": conditions(request),
        "contract_sha256": revision.digest,
        "policy_version": request.policy_version.label if request else "",
        "contract": revision.contract,
        "revision": revision.number,
    }


def kind_named(kind: str) -> str:
    """Return what a kind of change is called."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def standing(change: Change) -> dict[str, str]:
    """Return how the change ended, or that it has not."""
    level, value = LEVELS[Change.State(change.state)]
    if change.state == Change.State.IN_FORCE:
        value = f"In force since {day(change.in_force_at)}"
    return {"level": level, "value": value}


def differences(change: Change) -> list[dict[str, str]]:
    """Return what differs from the contract that was in force, line by line."""
    base = change.base.contract if change.base else {}
    found: list[dict[str, str]] = []
    for one in diff(base, change.revision.contract, held.names()).differences:
        subject = within(one.subject, one.title)
        after = one.after if one.before or one.after else one.sentence
        last = found[-1] if found else {}
        if last and (last["part"], last["subject"]) == (one.title, subject) and not one.before and not last["before"]:
            last["after"] += f", {after}"  # several things added to one list
            continue
        found.append({"part": one.title, "subject": subject, "before": one.before, "after": after})
    return found


def within(subject: str, part: str) -> str:
    """Return what a difference is about without the part's own name in front: "logged" for "auditability, logged"."""
    lead = part.lower()
    if subject.lower() == lead:
        return ""
    if subject.lower().startswith((f"{lead}, ", f"{lead} ")):
        return subject[len(lead) :].lstrip(", ")
    return subject


def weighed(change: Change) -> list[dict[str, str]]:
    """Return the decision record's words."""
    found = [{"label": label, "text": getattr(change, name)} for label, name in WEIGHED if getattr(change, name)]
    target = change.rollback_to or change.base
    if target is not None:
        found.append({"label": "Rolls back to", "text": f"Revision {target.number}"})
    if change.disclosure:
        names = dict(DISCLOSURE)
        found.append({"label": "Disclosure", "text": ", ".join(names.get(each, each) for each in change.disclosure)})
    if change.planned_on:
        found.append({"label": "Planned for", "text": day(change.planned_on)})
    return found


def decisions(request: ApprovalRequest | None) -> list[dict[str, Any]]:
    """Return every decision in the order in which it was given; none is ever left out."""
    if request is None:
        return []
    given = request.decisions.select_related("person", "position", "on_behalf_of", "delegate_to").order_by("pk")
    return [
        {
            "person": decision.person.name + (f", for {decision.on_behalf_of.name}" if decision.on_behalf_of else ""),
            "position": decision.position.name,
            "verb": decision.get_verdict_display() + (f" to {decision.delegate_to.name}" if decision.delegate_to else ""),
            "level": VERDICTS[Decision.Verdict(decision.verdict)],
            "at": digest.plain(decision.decided_at),
            "sha256": decision.subject_digest,
            "comment": decision.comment,
        }
        for decision in given
    ]


def waiting(request: ApprovalRequest | None) -> list[str]:
    """Return the positions that have not decided yet."""
    if request is None or request.state != ApprovalRequest.State.OPEN:
        return []
    return [step.position.name for step in request.steps.all() if step.state == ApprovalStep.State.WAITING]


def conditions(request: ApprovalRequest | None) -> list[dict[str, Any]]:
    """Return what approvers asked for along with their yes."""
    if request is None:
        return []
    asked = Condition.objects.filter(decision__request=request).select_related("owner")
    return [
        {
            "text": each.text,
            "owner": each.owner.name,
            "due": each.due_on.isoformat(),
            "state": each.get_state_display(),
            "level": "ok" if each.state == Condition.State.MET else "wait",
        }
        for each in asked
    ]
