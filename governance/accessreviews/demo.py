"""What access reviews add to the demo company: one review of who may do what, closed two days later."""

from functools import partial
from typing import Any

from governance.accessreviews import actions, queries
from governance.accessreviews.models import AccessReview

OPENED = 6.2
"""Weeks ago."""
DECIDED_AFTER, CLOSED_AFTER = 46, 50
"""Hours after it was opened."""


def tell(story: Any) -> None:
    """Put it on the story's calendar."""
    story.at(OPENED, partial(_open, story))


def _open(story: Any) -> None:
    review = actions.open_review(actor=story.cast["rosa"])
    story.later(DECIDED_AFTER, partial(_decide, story, review))
    story.later(CLOSED_AFTER, partial(_close, story, review))


def _decide(story: Any, review: AccessReview) -> None:
    rosa, ada = story.cast["rosa"], story.cast["ada"]
    left = list(queries.left(review))
    there = queries.still_held(left)
    for line in left:
        if line.pk in there:
            actions.confirm(line, actor=ada if line.person_id == rosa.pk else rosa)


def _close(story: Any, review: AccessReview) -> None:
    actions.close(review, actor=story.cast["rosa"])
