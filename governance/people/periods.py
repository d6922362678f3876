"""The period that a guest auditor is bound to, and how rows are narrowed to it. Nobody else is bound to one."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from governance.core.reading import Period

M = TypeVar("M", bound=Model)


def of(user: Any) -> Period | None:
    """Return the period of a person, whole UTC days with both ends included; None for whoever is bound to none."""
    first, last = getattr(user, "reads_from", None), getattr(user, "reads_until", None)
    if first is None or last is None:
        return None
    return Period(_start(first), _start(last + timedelta(days=1)), user.pk)


def during(rows: QuerySet[M], user: Any, moment: str) -> QuerySet[M]:
    """Keep what happened within a person's period; `moment` names the column. All of it for whoever has none."""
    bound = of(user)
    return rows if bound is None else rows.filter(**{f"{moment}__gte": bound.since, f"{moment}__lt": bound.until})


def touching(rows: QuerySet[M], user: Any, begun: str, ended: str = "") -> QuerySet[M]:
    """Keep what began before a person's period ended and, where `ended` names a column, was not over before it began."""
    bound = of(user)
    if bound is None:
        return rows
    kept = rows.filter(**{f"{begun}__lt": bound.until})
    return kept.filter(Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": bound.since})) if ended else kept


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
