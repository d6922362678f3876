"""Reads of comments."""

from typing import Any

from django.db.models import QuerySet

from governance.comments.models import Comment
from governance.ledger.journal import identify


def about(subject: Any) -> QuerySet[Comment]:
    """Return what was said about an object, oldest first; the caller has checked that the object is visible."""
    type_, id_, _ = identify(subject)
    return Comment.objects.filter(subject_type=type_, subject_id=id_).select_related("author").order_by("made_at", "pk")
