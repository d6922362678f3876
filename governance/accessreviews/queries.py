"""Reads of access reviews: lines with what was decided of them, and what a closed review is the digest of."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from governance.accessreviews import sources
from governance.accessreviews.models import AccessDecision, AccessLine, AccessReview
from governance.core import clock
from governance.core.errors import NotVisible

KEY = re.compile(r"^(?:[Aa][Rr]-)?0*(\d{1,18})$")
OPEN = AccessReview.State.OPEN


def visible_to(user: Any) -> QuerySet[AccessReview]:
    """Return the reviews that a person may see: those who govern, and auditors."""
    return AccessReview.objects.all().visible_to(user).select_related("reviewer")


def listed(user: Any) -> QuerySet[AccessReview]:
    """Return the reviews with how many lines each has, for lists."""
    return visible_to(user).annotate(line_count=Count("lines"))


def get(user: Any, key: str) -> AccessReview:
    """Return one review by its key (AR-1). Raises NotVisible."""
    found = KEY.match(key)
    review: AccessReview | None = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if review is None:
        raise NotVisible(f"There is no access review {key[:40]} that you can see.", fix="Check the key.")
    return review


def lines(review: AccessReview) -> QuerySet[Any]:
    """Return the lines of a review with what was decided of them."""
    return decided(AccessLine.objects.filter(review=review))


def lines_visible_to(user: Any) -> QuerySet[Any]:
    """Return the lines of all reviews that a person may see, with what was decided of them."""
    return decided(AccessLine.objects.filter(review__in=visible_to(user).order_by().values("pk")))


def decided(found: QuerySet[AccessLine]) -> QuerySet[Any]:
    """Give each line the newest verdict, who gave it, when and why (None while undecided)."""
    newest = AccessDecision.objects.filter(line=OuterRef("pk")).order_by("-pk")
    return found.select_related("person", "review").annotate(
        verdict=Subquery(newest.values("verdict")[:1]),
        decided_by=Subquery(newest.values("by__ref")[:1]),
        decided_at=Subquery(newest.values("at")[:1]),
        reason=Subquery(newest.values("reason")[:1]),
    )


def line(review: AccessReview, pk: int) -> AccessLine:
    """Return one line of a review. Raises NotVisible."""
    found = lines(review).filter(pk=pk).first()
    if found is None:
        raise NotVisible("There is no such line in this review.", fix="Choose one from the list.")
    return found


def left(review: AccessReview) -> QuerySet[Any]:
    """Return the lines that are not decided yet."""
    return lines(review).filter(verdict__isnull=True)


def tally(review: AccessReview) -> dict[str, int]:
    """Return how many lines there are, how many are left, and how many came to which verdict; one statement."""
    rows = lines(review).order_by().values("verdict").annotate(found=Count("pk"))
    counted = {row["verdict"] or "left": row["found"] for row in rows}
    total = sum(counted.values())
    found = {name: counted.get(name, 0) for name in ("left", *AccessDecision.Verdict.values)}
    return found | {"lines": total, "decided": total - found["left"]}


def still_held(found: Iterable[AccessLine]) -> set[int]:
    """Return the ids of the lines whose access is still there; one look for each kind of access."""
    by_source: dict[str, dict[str, int]] = {}
    for each in found:
        by_source.setdefault(each.source, {})[each.held_id] = each.pk
    there: set[int] = set()
    for key, wanted in by_source.items():
        try:
            source = sources.source_of(key)
        except LookupError:  # the feature that granted it is not installed any more
            continue
        there.update(wanted[held.id] for held in source.held(list(wanted)) if held.id in wanted)
    return there


def content(review: AccessReview) -> dict[str, Any]:
    """Return what a closed review is the digest of: every line, with its newest decision; people by reference."""
    return {
        "review": review.key,
        "opened_on": review.opened_on,
        "lines": [
            {
                "source": each.source,
                "id": each.held_id,
                "person": each.person.ref if each.person else None,
                "what": each.what,
                "since": each.since,
                "until": each.until,
                "verdict": each.verdict,
                "by": each.decided_by,
                "at": each.decided_at,
                "reason": each.reason,
            }
            for each in lines(review).order_by("pk")
        ],
    }


def last_closed(day: date | None = None) -> AccessReview | None:
    """Return the review that was closed last, or last before the end of a day."""
    closed = AccessReview.objects.filter(state=AccessReview.State.CLOSED)
    if day is not None:
        closed = closed.filter(closed_at__lte=clock.end_of(day))
    found: AccessReview | None = closed.order_by("-closed_at").first()
    return found


def newest() -> AccessReview | None:
    """Return the review that was opened last and not called off."""
    found: AccessReview | None = AccessReview.objects.filter(~Q(state=AccessReview.State.CANCELLED)).order_by("-pk").first()
    return found


def to_do(user: Any) -> QuerySet[AccessReview]:
    """Return the open reviews that a person answers for."""
    return visible_to(user).filter(state=OPEN, reviewer=user)


def late(user: Any) -> QuerySet[AccessReview]:
    """Return the open reviews whose day has passed."""
    return visible_to(user).filter(state=OPEN, due_on__lt=clock.today())
