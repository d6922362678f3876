"""The only writers of the charter: draft, edit, read anew, propose, and what becomes of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Max

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.charter import drafting, queries, rules, wording
from governance.charter.content import fingerprint
from governance.charter.models import Charter
from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along

REVIEW_MONTHS = 3
UNCHANGED: Any = object()
SECTIONS = ("lead", "rules", "incidents", "response", "held")
LONGEST = {"lead": 2000, "rule": 1000, "label": 120, "line": 1000, "response": 4000}
MOST_LINES = 60


@action
def draft_charter(*, actor: User, owner: User | None = None) -> Charter:
    """Start the next version: the words of the one in force, or first words, over what is held now.

    Raises Denied while another version is open, by role, or when two people start at once (Conflict).
    """
    require(rules.may_draft(actor, queries.open_version()))
    follows, now = queries.in_force(), drafting.held()
    last = Charter.objects.aggregate(last=Max("number"))["last"] or 0
    charter = Charter(
        number=last + 1,
        title=follows.title if follows else wording.TITLE,
        owner=owner or (follows.owner if follows else actor),
        author=actor,
        sections=drafting.next_words(now, follows.sections) if follows else drafting.first_words(now),
        drafted=now.facts,
        next_review_on=clock.today() + relativedelta(months=REVIEW_MONTHS),
    )
    told = {"number": charter.number, "policy": now.facts["policy"], "follows": follows.number if follows else 0}
    return transitions.create(charter, actor=actor, kind="charter.drafted", payload=told)


@action
def edit_charter(
    charter: Charter,
    *,
    actor: User,
    title: str | None = None,
    owner: User | None = None,
    next_review_on: date | None = UNCHANGED,
    sections: Mapping[str, Any] | None = None,
    note: str | None = None,
    expected_version: int | None = None,
) -> Charter:
    """Change what is given of a draft. Raises Invalid for words that are too long or of the wrong shape."""
    require(rules.may_edit(actor, charter))
    given = {"title": title, "owner": owner, "note": note}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if next_review_on is not UNCHANGED:
        if next_review_on is not None and next_review_on <= clock.today():
            raise Invalid("The next review lies ahead.", fields={"next_review_on": ["Choose a day after today."]})
        changes["next_review_on"] = next_review_on
    if owner is not None and (not owner.is_active or owner.kind != User.Kind.PERSON):
        raise Invalid("An active person answers for model risk.", fields={"owner": ["Choose an active person."]})
    if sections is not None:
        changes["sections"] = {**charter.sections, **sound(sections)}
    return _move(charter, actor, "charter.edited", changes, {}, expected_version, expected=Charter.State.DRAFT)


def sound(sections: Mapping[str, Any]) -> dict[str, Any]:
    """Return sections in their one shape. Raises Invalid that names what is wrong."""
    stray = set(sections) - set(SECTIONS)
    wrong: dict[str, list[str]] = {name: ["The charter has no such section."] for name in stray}
    for name in ("lead", "response"):
        if name in sections and len(str(sections[name])) > LONGEST[name]:
            wrong[name] = [f"At most {LONGEST[name]:,} characters."]
    rows = sections.get("rules", [])
    if len(rows) > MOST_LINES or not all(_is_rule(row) for row in rows):
        longest = f"at most {LONGEST['label']} characters, and at most {LONGEST['rule']:,} after it"
        wrong["rules"] = [f"Each of at most {MOST_LINES} rules has a heading of {longest}."]
    held = sections.get("held", {})
    for name, lines in (("incidents", sections.get("incidents", [])), *((f"held.{key}", held[key]) for key in held)):
        if len(lines) > MOST_LINES or any(len(line) > LONGEST["line"] for line in lines):
            wrong[name] = [f"At most {MOST_LINES} lines of {LONGEST['line']:,} characters."]
    if wrong:
        raise Invalid("Some words need another look.", fields=wrong)
    return dict(sections)


def _is_rule(row: Mapping[str, Any]) -> bool:
    label, text = row.get("label", ""), row.get("text")
    return bool(label.strip()) and len(label) <= LONGEST["label"] and text is not None and len(text) <= LONGEST["rule"]


@action
def redraft(charter: Charter, *, actor: User, expected_version: int | None = None) -> Charter:
    """Read anew what is held: tiers, facts and the sections about what exists. Words that people wrote stay."""
    require(rules.may_edit(actor, charter))
    now = drafting.held()
    changes = {"drafted": now.facts, "sections": {**charter.sections, "held": dict(now.lines)}}
    told = {"policy": now.facts["policy"]}
    return _move(charter, actor, "charter.redrafted", changes, told, expected_version, expected=Charter.State.DRAFT)


@action
def propose_charter(charter: Charter, *, actor: User, expected_version: int | None = None) -> ApprovalRequest:
    """Fix the words under their hash and ask the people whom policy names to sign it. Raises Invalid with what it lacks."""
    require(rules.may_edit(actor, charter))
    if missing := rules.lacks(charter):
        raise Invalid(" ".join(missing), code="not-ready")
    sha = fingerprint(charter)
    changes = {"state": Charter.State.PROPOSED, "digest": sha}
    _move(charter, actor, "charter.proposed", changes, {"digest": sha}, expected_version, expected=Charter.State.DRAFT)
    route = policy.route_for("charter")
    return ask_along(route, actor=actor, kind="charter", subject=charter, digest=sha, title=str(charter))


def settled(request: ApprovalRequest, actor: User) -> None:
    """Follow an approval request that ended: into force for the hash that was signed, or closed."""
    charter = Charter.objects.select_for_update(of=("self",)).select_related("owner").get(pk=int(request.subject_id))
    if request.state != ApprovalRequest.State.APPROVED:
        rejected = request.state == ApprovalRequest.State.REJECTED
        state = Charter.State.REJECTED if rejected else Charter.State.WITHDRAWN
        said = ApprovalRequest.State(request.state).label.lower()
        _move(charter, actor, "charter.ended", {"state": state}, {"state": said}, expected=Charter.State.PROPOSED)
        return
    if fingerprint(charter) != request.subject_digest:
        raise Conflict(
            "The charter is not the one that was put before the signers.", fix="Withdraw the request, and propose it again."
        )
    follows = queries.in_force()
    if follows is not None:
        _move(follows, actor, "charter.superseded", {"state": Charter.State.SUPERSEDED}, {"by": charter.number})
    told: dict[str, Any] = {"digest": charter.digest, "follows": follows.number if follows else 0}
    changes = {"state": Charter.State.IN_FORCE, "in_force_since": clock.now()}
    _move(charter, actor, "charter.in_force", changes, told, expected=Charter.State.PROPOSED)


def _move(
    charter: Charter,
    actor: User,
    kind: str,
    changes: Mapping[str, Any],
    told: Mapping[str, Any],
    expected_version: int | None = None,
    *,
    expected: str = "",
) -> Charter:
    return transitions.change(
        charter,
        actor=actor,
        kind=kind,
        changes=changes,
        expected={"state": expected} if expected else None,
        expected_version=expected_version,
        payload={"number": charter.number, **told},
    )


@action
def withdraw_charter(charter: Charter, *, actor: User, reason: str = "", expected_version: int | None = None) -> Charter:
    """Give a version up: a draft by whoever writes charters, a proposed one by taking back its request."""
    if charter.state == Charter.State.PROPOSED:
        request = ApprovalRequest.objects.get(
            subject_kind="charter", subject_id=str(charter.pk), state=ApprovalRequest.State.OPEN
        )
        approvals.withdraw(request, actor=actor, reason=reason)
        charter.refresh_from_db()
        return charter
    require(rules.may_edit(actor, charter))
    changes = {"state": Charter.State.WITHDRAWN}
    told = {"state": "withdrawn"}
    return _move(charter, actor, "charter.ended", changes, told, expected_version, expected=Charter.State.DRAFT)
