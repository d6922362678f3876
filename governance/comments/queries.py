"""Reads of comments."""

from typing import Any

from django.db.models import Q, QuerySet

from governance.comments.models import Comment
from governance.core.reading import period
from governance.ledger.journal import identify


def about(subject: Any) -> QuerySet[Comment]:
    """Return what was said about an object, oldest first; the caller has checked that the object is visible.

    Who is bound to a period reads what was said in it, and what they said themselves.
    """
    type_, id_, _ = identify(subject)
    said = Comment.objects.filter(subject_type=type_, subject_id=id_).select_related("author").order_by("made_at", "pk")
    bound = period()
    return said if bound is None else said.filter(Q(author=bound.person) | Q(made_at__gte=bound.since, made_at__lt=bound.until))
