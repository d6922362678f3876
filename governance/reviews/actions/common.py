"""What all writers of reviews share: locking against the version seen, and checks of people and days."""

from datetime import date
from typing import Any

from governance.core.errors import Invalid, StaleState
from governance.ledger import transitions
from governance.people import rules as people
from governance.people.models import User
from governance.reviews.models import Review

FURTHEST = 732
"""Days ahead at most: two years."""


def locked(review: Review, expected_version: int | None) -> Review:
    """Return a review as it stands now, locked. Raises StaleState when it is over, or not the version that was seen."""
    now: Review = Review.objects.select_for_update(of=("self",)).select_related("owner").get(pk=review.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state not in Review.PENDING:
        raise StaleState(f"This review is {now.get_state_display().lower()}.", fix="Reload it; plan another one if you need.")
    return now


def refuse(wrong: dict[str, list[str]], message: str) -> None:
    """Raise Invalid with what is wrong by field, if anything is."""
    if wrong:
        raise Invalid(message, fields=wrong)


def owner_is_wrong(owner: User | None, field: str = "owner") -> dict[str, list[str]]:
    """Return why somebody cannot answer for a thing, by field; empty when they can."""
    may: Any = people.may_own(owner) if owner is not None else None
    return {field: [may.reason]} if may is not None and not may else {}


def day_is_wrong(day: date, today: date, field: str) -> dict[str, list[str]]:
    """Return why a day cannot be planned for, by field: it has passed, or it is more than two years away."""
    if day < today:
        return {field: ["This day has passed."]}
    if (day - today).days > FURTHEST:
        return {field: ["This is more than two years away."]}
    return {}


def one_line(text: str) -> str:
    """Return words on one line."""
    return " ".join(text.split())
