"""Reads of reviews, their agendas and decisions; `visible_to` is the only door."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import contribution
from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.rows import is_insider
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import AgendaEntry, Attendance, Review, ReviewDecision

KEY = re.compile(r"^(?:[Rr][Vv]-)?0*(\d{1,18})$")
DECISION_KEY = re.compile(r"^(?:[Rr][Dd]-)?0*(\d{1,18})$")
PENDING, OPEN = Review.PENDING, ReviewDecision.State.OPEN
TOMORROW = timedelta(days=1)
L = TypeVar("L")


def visible_to(user: Any) -> QuerySet[Review]:
    """Return the reviews that a person may see: all for those who read everything, else those they lead or are asked to.

    Of an agenda they see only what is about things that they may see (see `seen`); notes and decisions they see whole.
    """
    rows = Review.objects.select_related("owner")
    if roles.reads_all(user):
        return rows
    if not is_insider(user):
        return rows.none()
    asked = Attendance.objects.filter(review=OuterRef("pk"), person=user)
    return rows.filter(Q(owner=user) | Exists(asked))


def listed(user: Any) -> QuerySet[Review]:
    """Return the reviews with how many decisions each took and how many of them are open, for lists."""
    return visible_to(user).annotate(
        decision_count=Count("decisions", distinct=True),
        open_count=Count("decisions", filter=Q(decisions__state=OPEN), distinct=True),
    )


def get(user: Any, key: str) -> Review:
    """Return one review by its key (RV-1). Raises NotVisible."""
    found = KEY.match(key)
    review: Review | None = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if review is None:
        raise NotVisible(f"There is no review {key[:40]} that you can see.", fix="Check the key.")
    return review


def decisions_visible_to(user: Any) -> QuerySet[ReviewDecision]:
    """Return the decisions of the reviews that a person may see, and their own."""
    rows = ReviewDecision.objects.select_related("owner", "review", "review__owner", "entry")
    if roles.reads_all(user):
        return rows
    if not is_insider(user):
        return rows.none()
    return rows.filter(Q(owner=user) | Q(review__in=visible_to(user).order_by().values("pk")))


def decision(user: Any, key: str) -> ReviewDecision:
    """Return one decision by its key (RD-4). Raises NotVisible."""
    found = DECISION_KEY.match(key)
    held: ReviewDecision | None = decisions_visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if held is None:
        raise NotVisible(f"There is no decision {key[:40]} that you can see.", fix="Check the key.")
    return held


def last_held(kind: str, subject_type: str = "", subject_id: str = "") -> Review | None:
    """Return the review of a kind (and thing) that was held last."""
    held = Review.objects.filter(kind=kind, subject_type=subject_type, subject_id=subject_id, state=Review.State.HELD)
    return held.order_by("-planned_on", "-pk").first()


def pending(kind: str) -> QuerySet[Review]:
    """Return the reviews of a kind that are planned or under way."""
    return Review.objects.filter(kind=kind, state__in=PENDING)


def seen(user: Any, lines: Iterable[L], about: Any) -> tuple[list[L], int]:
    """Return of lines of an agenda those that a person may see, and how many are left out; `about(line)` is (model, id).

    One statement for each kind of thing. What is about nothing single is for those who read everything.
    """
    every = list(lines)
    if roles.reads_all(user):
        return every, 0
    wanted: dict[str, set[str]] = {}
    for line in every:
        model, pk = about(line)
        if model:
            wanted.setdefault(model, set()).add(pk)
    known = {(model, pk) for model, ids in wanted.items() for pk in _visible(user, model, ids)}
    shown = [line for line in every if about(line) in known]
    return shown, len(every) - len(shown)


def _visible(user: Any, model: str, ids: set[str]) -> set[str]:
    """Return which ids of a model a person may see, by the model's own door; what has none is for those who read everything."""
    try:
        rows = contribution(Commentable, model).visible(user)
    except LookupError:
        every: Any = apps.get_model(model)._default_manager.all()
        if not hasattr(every, "visible_to"):
            return set()
        rows = every.visible_to(user)
    return {str(pk) for pk in rows.filter(pk__in=ids).order_by().values_list("pk", flat=True)}


def agenda(user: Any, review: Review) -> tuple[list[AgendaEntry], int]:
    """Return the lines of a frozen agenda that a person may see, with what was decided of each, and how many are left out."""
    decided = Prefetch("decisions", queryset=ReviewDecision.objects.select_related("owner"))
    rows = review.agenda.select_related("owner").prefetch_related(decided)
    return seen(user, rows, lambda line: (line.about_type, line.about_id))


def attendance(review: Review) -> QuerySet[Attendance]:
    """Return who is asked to a review and who came, by name."""
    return review.attendance.select_related("person").order_by("person__name", "pk")


def answers(review: Review) -> QuerySet[ChecklistAnswer]:
    """Return the answers of a checklist, in policy's order."""
    return review.answers.select_related("owner", "review", "review__owner")


def answer(user: Any, key: str, area: str) -> ChecklistAnswer:
    """Return one answer by its review and area. Raises NotVisible."""
    found = answers(get(user, key)).filter(area_key=area).first()
    if found is None:
        raise NotVisible("There is no such question in this review.", fix="Choose one from its checklist.")
    return found


def before(review: Review) -> Sequence[ReviewDecision]:
    """Return what the review before decided, or what of earlier ones is still to do; with what became of each."""
    if review.before_id is None:
        return []
    same = ReviewDecision.objects.filter(
        review__kind=review.kind, review__subject_type=review.subject_type, review__subject_id=review.subject_id
    ).exclude(review=review)
    still = Q(state=OPEN) if review.begun_at is None else Q(state=OPEN) | Q(ended_at__gt=review.begun_at)
    rows = same.filter(Q(review=review.before_id) | still, created_at__lte=review.held_at or clock.now())
    return list(rows.select_related("owner", "review").order_by("state", "due_on", "pk"))


def to_do(user: Any) -> QuerySet[ReviewDecision]:
    """Return what was decided and is to be done by a person."""
    return ReviewDecision.objects.filter(owner=user, state=OPEN).select_related("review")


def to_lead(user: Any, until: date | None = None) -> QuerySet[Review]:
    """Return the reviews that a person leads and that are due by a day (tomorrow), or under way."""
    near = Q(planned_on__lte=until or clock.today() + TOMORROW) | Q(state=Review.State.OPEN)
    return Review.objects.filter(near, owner=user, state__in=PENDING)


def to_answer(user: Any) -> QuerySet[ChecklistAnswer]:
    """Return the questions of a checklist that wait for a person."""
    waiting = ChecklistAnswer.objects.filter(owner=user, review__state__in=PENDING)
    return waiting.filter(Q(standing=ChecklistAnswer.Standing.OPEN) | Q(carried=True)).select_related("review")


def late(user: Any) -> QuerySet[Review]:
    """Return the reviews whose day has passed and that were not held."""
    return visible_to(user).filter(state__in=PENDING, planned_on__lt=clock.today())


def overdue(user: Any) -> QuerySet[ReviewDecision]:
    """Return the decisions whose day has passed and that are not done."""
    return decisions_visible_to(user).filter(state=OPEN, due_on__lt=clock.today())


def content(review: Review) -> dict[str, Any]:
    """Return what a held review is the digest of; people by reference."""
    came = review.attendance.select_related("person").order_by("person__ref")
    return {
        "review": review.key,
        "kind": review.kind,
        "about": [review.subject_type, review.subject_id],
        "since": review.since,
        "until": review.until,
        "notes": review.notes,
        "outcome": [review.outcome, review.outcome_why],
        "asked": [[each.person.ref, each.came] for each in came],
        "agenda": [
            [line.section, line.text, line.value, line.detail, line.level, line.owner.ref if line.owner else None]
            for line in review.agenda.select_related("owner").order_by("place")
        ],
        "answers": [
            [each.area_key, each.question, each.standing, each.answer, each.shown_by, each.owner.ref if each.owner else None]
            for each in answers(review).order_by("place")
        ],
        "decisions": [
            [each.key, each.text, each.detail, each.owner.ref, each.due_on]
            for each in review.decisions.select_related("owner").order_by("pk")
        ],
    }
