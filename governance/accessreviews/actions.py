"""The only writers of access reviews: open, decide a line, hand over, close, call off."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from governance.accessreviews import queries, rules, sources
from governance.accessreviews.models import AccessDecision, AccessLine, AccessReview
from governance.core import clock, digest
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.people import roles
from governance.people import rules as people
from governance.people.models import Role, User
from governance.policy import queries as policy

Verdict = AccessDecision.Verdict
BATCH = 1000


@action
def open_review(
    *, actor: User, reviewer: User | None = None, due_on: date | None = None, scheduled: bool = False
) -> AccessReview:
    """Write down who may do what now, to be looked at. Raises Denied, Invalid, Conflict while a review is open."""
    require(rules.may_open(actor))
    today, terms = clock.today(), policy.proof_rules().access_review
    due, reviewer = due_on or today + timedelta(days=terms.within_days), reviewer or actor
    _check(reviewer, due)
    review = AccessReview(reviewer=reviewer, opened_on=today, due_on=due, scheduled=scheduled)
    found = [(source, list(source.held(None))) for source in sources.sources()]
    counts = {source.key: len(held) for source, held in found}
    told = {"lines": sum(counts.values()), "sources": counts, "reviewer": reviewer.ref, "due_on": due}
    transitions.create(review, actor=actor, kind="access_review.opened", payload=told, touches=(reviewer,))
    rows = [_line(review, source.key, held) for source, every in found for held in every]
    AccessLine.objects.bulk_create(rows, batch_size=BATCH)
    return review


def _line(review: AccessReview, source: str, held: sources.Held) -> AccessLine:
    return AccessLine(
        review=review,
        source=source,
        held_id=held.id,
        person=held.person,
        what=held.what[:400],
        url=held.url[:400],
        since=held.since,
        until=held.until,
        used_on=held.used_on,
    )


@action
def confirm(line: AccessLine, *, actor: User, reason: str = "") -> AccessDecision:
    """Say that somebody still needs what they may do. Raises Denied, StaleState, Conflict where it is gone already."""
    review = _locked(line.review, None)
    require(rules.may_decide(actor, review, line))
    _must_be_there(line)
    return _decide(line, review, actor, Verdict.CONFIRMED, reason)


@action
def revoke(line: AccessLine, *, actor: User, reason: str) -> AccessDecision:
    """Take away what somebody may do, at once, by the action of whoever granted it, with that action's own permission.

    Raises Denied, Invalid without a reason, StaleState, Conflict where it is gone already, and what that action raises.
    """
    review = _locked(line.review, None)
    require(rules.may_decide(actor, review, line))
    if not reason.strip():
        raise Invalid("Say why it is revoked.", fields={"reason": ["This is needed."]})
    _must_be_there(line)
    sources.source_of(line.source).revoke(line.held_id, actor, reason.strip())
    return _decide(line, review, actor, Verdict.REVOKED, reason)


@action
def close(review: AccessReview, *, actor: User, expected_version: int | None = None) -> AccessReview:
    """Close a review of which every line is decided, with the digest of it all. Raises Denied, StaleState.

    Lines whose access went in the meantime are noted as gone first.
    """
    review = _locked(review, expected_version)
    require(rules.may_work(actor, review))
    _note_gone(review, actor)
    counts = queries.tally(review)
    require(rules.may_close(actor, review, counts["left"]))
    sealed = digest.digest(queries.content(review))
    changes = {"state": AccessReview.State.CLOSED, "closed_at": clock.now(), "digest": sealed}
    told = {name: counts[name] for name in ("confirmed", "revoked", "gone")} | {"digest": sealed}
    return transitions.change(review, actor=actor, kind="access_review.closed", changes=changes, payload=told)


@action
def hand_over(
    review: AccessReview, *, actor: User, to: User, expected_version: int | None = None, reason: str = ""
) -> AccessReview:
    """Let another who governs answer for an open review. Raises Denied, Invalid, StaleState."""
    review = _locked(review, expected_version)
    require(rules.may_work(actor, review))
    _check(to, review.due_on)
    told = {"reviewer": to.ref}
    changes = {"reviewer": to}
    return transitions.change(
        review, actor=actor, kind="access_review.handed_over", changes=changes, payload=told, touches=(to,), reason=reason
    )


@action
def cancel(review: AccessReview, *, actor: User, reason: str, expected_version: int | None = None) -> AccessReview:
    """Call an open review off; what was revoked stays revoked. Raises Denied, Invalid without a reason, StaleState."""
    review = _locked(review, expected_version)
    require(rules.may_work(actor, review))
    if not reason.strip():
        raise Invalid("Say why it is called off.", fields={"reason": ["This is needed."]})
    changes = {"state": AccessReview.State.CANCELLED, "ended_because": reason.strip()}
    return transitions.change(review, actor=actor, kind="access_review.cancelled", changes=changes, reason=reason.strip())


def chosen_reviewer() -> User | None:
    """Return who answers for a review that the schedule opens: a risk officer, else an administrator; the longest there."""
    known = User.objects.working(clock.now()).persons().filter(role__in=roles.GOVERNS).order_by("pk")
    return known.filter(role=Role.RISK_OFFICER).first() or known.first()


def _check(reviewer: User, due: date) -> None:
    wrong: dict[str, list[str]] = {}
    if not (may := people.may_own(reviewer)):
        wrong["reviewer"] = [may.reason]
    elif not roles.governs(reviewer):
        wrong["reviewer"] = ["A reviewer is an administrator or a risk officer."]
    if due < clock.today():
        wrong["due_on"] = ["This day has passed."]
    if wrong:
        raise Invalid("This review cannot be opened like this.", fields=wrong)


def _locked(review: AccessReview, expected_version: int | None) -> AccessReview:
    now: AccessReview = AccessReview.objects.select_for_update(of=("self",)).select_related("reviewer").get(pk=review.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state != AccessReview.State.OPEN:
        raise StaleState(f"This review is {now.get_state_display().lower()}.", fix="Reload it; open a new one if you need.")
    return now


def _must_be_there(line: AccessLine) -> None:
    if not queries.still_held([line]):
        raise Conflict("This access is gone already.", fix="Nothing is left to decide; closing the review notes it.")


def _decide(line: AccessLine, review: AccessReview, actor: User, verdict: str, reason: str) -> AccessDecision:
    made = AccessDecision(line=line, verdict=verdict, by=actor, reason=reason.strip())
    transitions.check(made)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise transitions.explain(error, made) from error
    told: dict[str, Any] = {
        "verdict": verdict,
        "what": line.what,
        "source": line.source,
        "line": line.pk,
        "person": line.person.ref if line.person else "",
    }
    record("access_review.decided", actor=actor, subject=review, payload=told, touches=(line.person,), reason=reason.strip())
    return made


def _note_gone(review: AccessReview, actor: User) -> None:
    undecided = list(queries.left(review))
    there = queries.still_held(undecided)
    gone = [AccessDecision(line=each, verdict=Verdict.GONE, by=actor) for each in undecided if each.pk not in there]
    AccessDecision.objects.bulk_create(gone, batch_size=BATCH)
