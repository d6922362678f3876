"""The minutes of a held review as a document: what was looked at, who was there, what was decided."""

from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast

from governance.core import digest
from governance.people import roles
from governance.reviews import queries
from governance.reviews.models import Review
from governance.reviews.tables import answer_state, decision_state

KIND = "review-minutes"


def load(key: str) -> Review:
    """Return a review by its id or key. Raises ValueError, DoesNotExist."""
    named = queries.KEY.match(key)
    if named is None:
        raise ValueError(f"{key[:40]!r} is not a key")
    return Review.objects.select_related("owner", "before").get(pk=int(named.group(1)))


def visible(user: Any, review: Review) -> bool:
    """Whether somebody may have the minutes: those who read everything, for they hold the whole agenda."""
    return review.state == Review.State.HELD and roles.reads_all(user)


def seen(user: Any) -> Any:
    """Return the ids of the reviews whose minutes somebody may see, as text."""
    held = queries.visible_to(user).filter(state=Review.State.HELD)
    rows = held if roles.reads_all(user) else held.none()
    return rows.order_by().annotate(id_text=Cast("pk", CharField())).values("id_text")


def context(review: Review, user: Any) -> dict[str, Any]:
    """Return what the minutes say, as plain data."""
    people = list(queries.attendance(review))
    return {
        "head": f"Minutes, {review.key}",
        "review": {"key": review.key, "title": title(review), "notes": review.notes, "sha256": review.digest},
        "facts": _facts(review),
        "came": [each.person.name for each in people if each.came],
        "missed": [each.person.name for each in people if not each.came],
        "outcome": {"label": review.get_outcome_display(), "why": review.outcome_why} if review.outcome else None,
        "before": [_decision(each) for each in queries.before(review)],
        "answers": [_answer(each) for each in queries.answers(review)],
        "sections": _sections(review),
        "decisions": [_decision(each) for each in review.decisions.select_related("owner").order_by("pk")],
    }


def title(review: Review) -> str:
    """Return what the minutes are called."""
    return f"{review.get_kind_display()}: {review.subject_label}" if review.subject_label else review.get_kind_display()


def _facts(review: Review) -> list[dict[str, str]]:
    rows = [
        ("Held", review.held_at),
        ("Looked at", f"{review.since:%-d %B %Y} to {review.until:%-d %B %Y}"),
        ("Led by", review.owner.name),
        ("After", review.before.key if review.before is not None else ""),
    ]
    return [{"label": label, "value": _day(value)} for label, value in rows if value]


def _day(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:%-d %B %Y}"


def _decision(each: Any) -> dict[str, str]:
    level, standing = decision_state(each)
    due = digest.plain(each.due_on)
    told = {"key": each.key, "text": each.text, "detail": each.detail, "owner": each.owner.name, "due": due}
    return told | {"note": each.ended_note, "level": level, "state": standing}


def _answer(each: Any) -> dict[str, str]:
    level, standing = answer_state(each)
    owner = each.owner.name if each.owner is not None else each.role
    told = {"area": each.area, "question": each.question, "answer": each.answer, "shown_by": each.shown_by}
    return told | {"owner": owner, "level": level, "state": standing}


def _sections(review: Review) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line in review.agenda.select_related("owner").order_by("place"):
        section = found.setdefault(line.section, {"label": line.label, "lines": []})
        owner = line.owner.name if line.owner is not None else ""
        told = {"text": line.text, "value": line.value, "detail": line.detail, "level": line.level, "owner": owner}
        section["lines"].append(told)
    return list(found.values())
