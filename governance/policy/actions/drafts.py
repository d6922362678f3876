"""Drafts of the policy: started from what holds or from a file, changed, proposed, and what becomes of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.policy import normal, queries, rules, validation
from governance.policy.actions import versions
from governance.policy.actions.asking import ask_along
from governance.policy.models import PolicyDraft

UNCHANGED: Any = object()


@action
def start_draft(*, actor: Any, title: str, reason: str = "", yaml: str = "", effective_at: datetime | None = None) -> PolicyDraft:
    """Start a draft from the newest version, or from a policy file. Raises Invalid that names a file's problems by line."""
    require(rules.may_draft(actor))
    base = queries.newest()
    document = validation.read(yaml) if yaml.strip() else queries.document(base)
    draft = PolicyDraft(title=title, reason=reason, document=document, based_on=base, effective_at=effective_at, author=actor)
    told = {"title": title, "based_on": base.label, "source": "file" if yaml.strip() else "version"}
    return transitions.create(draft, actor=actor, kind="policy_draft.started", payload=told, touches=(base,))


@action
def change_draft(
    draft: PolicyDraft,
    *,
    actor: Any,
    title: str | None = None,
    reason: str | None = None,
    yaml: str | None = None,
    document: Mapping[str, Any] | None = None,
    effective_at: Any = UNCHANGED,
    expected_version: int | None = None,
) -> PolicyDraft:
    """Change what is given: the words around a draft, its date, or the policy in it (as a file, or as a document)."""
    require(rules.may_edit(actor, draft))
    changes: dict[str, Any] = {name: value for name, value in (("title", title), ("reason", reason)) if value is not None}
    if yaml is not None:
        changes["document"] = validation.read(yaml)
    elif document is not None:
        changes["document"] = validation.sound(dict(document))
    if effective_at is not UNCHANGED:
        changes["effective_at"] = effective_at
    return _move(draft, "policy_draft.changed", changes, actor, expected_version=expected_version)


@action
def rebase_draft(draft: PolicyDraft, *, actor: Any, expected_version: int | None = None) -> PolicyDraft:
    """Measure a draft against the newest version instead of the one it was started from; its own words stay."""
    require(rules.may_edit(actor, draft))
    newest = queries.newest()
    if draft.based_on_id == newest.pk:
        raise Conflict(f"The draft is on policy {newest.label} already.", fix="Go on and propose it.")
    told = {"title": draft.title, "label": newest.label}
    return transitions.change(
        draft, actor=actor, kind="policy_draft.rebased", changes={"based_on": newest}, payload=told,
        expected_version=expected_version,
    )  # fmt: skip


@action
def propose_draft(draft: PolicyDraft, *, actor: Any, expected_version: int | None = None) -> ApprovalRequest:
    """Put a draft before the people whom the policy in force names for changes of policy."""
    newest = queries.newest()
    differs = normal.filled(draft.document) != queries.document(newest)
    require(rules.may_propose(actor, draft, newest, differs=differs))
    validation.sound(draft.document)
    told = {"title": draft.title, "digest": draft.digest, "effective": draft.effective_at}
    transitions.change(
        draft,
        actor=actor,
        kind="policy_draft.proposed",
        changes={"state": PolicyDraft.State.PROPOSED},
        expected={"state": PolicyDraft.State.DRAFT},
        expected_version=expected_version,
        payload=told,
    )
    route = queries.route_for("policy")
    return ask_along(route, actor=actor, kind="policy", subject=draft, digest=draft.digest, title=draft.title)


@action
def discard_draft(draft: PolicyDraft, *, actor: Any, expected_version: int | None = None, reason: str = "") -> PolicyDraft:
    """Give a draft up; it stays readable."""
    require(rules.may_edit(actor, draft))
    return transitions.change(
        draft,
        actor=actor,
        kind="policy_draft.discarded",
        changes={"state": PolicyDraft.State.WITHDRAWN},
        expected={"state": PolicyDraft.State.DRAFT},
        expected_version=expected_version,
        payload={"title": draft.title},
        reason=reason,
    )


@action
def revise_draft(draft: PolicyDraft, *, actor: Any, expected_version: int | None = None) -> PolicyDraft:
    """Take a rejected draft up again; what was decided about it stays on record."""
    require(rules.may_revise(actor, draft))
    return _move(
        draft,
        "policy_draft.changed",
        {"state": PolicyDraft.State.DRAFT},
        actor,
        expected={"state": PolicyDraft.State.REJECTED},
        expected_version=expected_version,
    )


def settle_draft(request: ApprovalRequest, actor: Any) -> None:
    """Follow what was decided: adopt the draft under the very hash that was approved, or hand it back."""
    draft = PolicyDraft.objects.select_for_update(of=("self",)).select_related("author", "based_on").get(pk=request.subject_id)
    if request.state == ApprovalRequest.State.APPROVED:
        _adopt(draft, request, actor)
        return
    rejected = request.state == ApprovalRequest.State.REJECTED
    state = PolicyDraft.State.REJECTED if rejected else PolicyDraft.State.DRAFT
    told = {"title": draft.title, "state": request.get_state_display().lower(), "label": ""}
    transitions.change(
        draft,
        actor=actor,
        kind="policy_draft.settled",
        changes={"state": state},
        expected={"state": PolicyDraft.State.PROPOSED},
        payload=told,
        touches=(request,),
    )


def _adopt(draft: PolicyDraft, request: ApprovalRequest, actor: Any) -> None:
    if draft.digest != request.subject_digest:
        raise Conflict("The draft is not what was asked for.", fix="Have the request withdrawn, and propose the draft again.")
    newest = queries.newest()
    if draft.based_on_id != newest.pk:
        raise Conflict(
            f"Policy {newest.label} was adopted in the meantime.", fix="Have the request withdrawn, and put the draft on it."
        )
    now = clock.now()
    effective = max(rules.effective_from(draft.effective_at, now), newest.effective_at)
    version = versions.store_version(draft.document, actor=actor, effective_at=effective, summary=draft.title, draft=draft)
    told = {"title": draft.title, "state": "approved", "label": version.label}
    transitions.change(
        draft,
        actor=actor,
        kind="policy_draft.settled",
        changes={"state": PolicyDraft.State.ADOPTED, "adopted_as": version},
        expected={"state": PolicyDraft.State.PROPOSED},
        payload=told,
        touches=(request, version),
    )
    if effective <= now:
        versions.apply_version(version, actor=actor)


def _move(
    draft: PolicyDraft,
    kind: str,
    changes: Mapping[str, Any],
    actor: Any,
    *,
    expected: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> PolicyDraft:
    return transitions.change(
        draft,
        actor=actor,
        kind=kind,
        changes=changes,
        expected=expected or {"state": PolicyDraft.State.DRAFT},
        expected_version=expected_version,
        payload={"title": changes.get("title", draft.title)},
    )
