"""Reads behind the pages: ways of use with what they came to, single calls by time, traces, what was received."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from governance.core import clock
from governance.core.errors import NotVisible
from governance.people import roles
from registry.usage import queries
from registry.usage.models import Observation, SealedHour, UsageDay, UsagePath

KEY = re.compile(r"^(?:UP-)?0*(\d{1,18})$", re.I)
HOUR = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}$", re.ASCII)
SHOWN_DAYS = 28
"""Days that figures on lists and pages cover, today included."""
PAGE = 50
MOST_OF_TRACE = 500


def period() -> tuple[date, date]:
    """Return the first and last day (UTC) of the figures that are shown."""
    today = clock.now().date()
    return today - timedelta(days=SHOWN_DAYS - 1), today


def listed(user: Any) -> QuerySet[UsagePath]:
    """Return the ways of use that a person may see, each with its calls, cost and last call of the shown days.

    Ways from which every call moved elsewhere are left out.
    """
    start, _ = period()
    days = UsageDay.objects.filter(path=OuterRef("pk"), day__gte=start).order_by().values("path")
    ever = UsageDay.objects.filter(path=OuterRef("pk")).order_by().values("path")
    return (
        queries.visible_to(user)
        .select_related("surface__owner", "endpoint__vendor", "source")
        .annotate(
            calls=Coalesce(Subquery(days.annotate(sum_calls=Sum("calls")).values("sum_calls")), 0),
            cost=Coalesce(Subquery(days.annotate(sum_cost=Sum("cost")).values("sum_cost")), 0),
            last_at=Subquery(ever.annotate(at=Max("last_at")).values("at")),
        )
        .filter(Exists(UsageDay.objects.filter(path=OuterRef("pk"))))
    )


def get(user: Any, key: str) -> UsagePath:
    """Return one way of use by its key (UP-12). Raises NotVisible."""
    found = KEY.match(key)
    related = ("surface__owner", "endpoint__vendor", "revision", "prompt_version__asset", "source")
    row = queries.visible_to(user).select_related(*related).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no way of use {key[:40]} that you can see.", fix="Check the key, or look at the list.")
    return row


def calls_of(path: UsagePath, *, before: str = "", size: int = PAGE) -> tuple[list[Observation], str]:
    """Return single calls of a path, newest first, and where the next page begins; `before` is what that said."""
    rows = Observation.objects.filter(path=path.pk).order_by("-at", "-uid")
    if (mark := _mark(before)) is not None:
        at, uid = mark
        rows = rows.filter(Q(at__lt=at) | Q(at=at, uid__lt=uid), at__lte=at)
    found = list(rows[: size + 1])
    older = f"{found[size - 1].at.isoformat()}~{found[size - 1].uid.hex}" if len(found) > size else ""
    return found[:size], older


def _mark(text: str) -> tuple[datetime, UUID] | None:
    at, _, uid = text.partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
        return (moment, UUID(uid)) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def trace(user: Any, trace_id: str) -> list[Observation]:
    """Return the calls of one trace that a person may see, in order, each with its path. Raises NotVisible without any."""
    try:
        wanted = UUID(trace_id)
    except ValueError:
        wanted = None
    rows = list(Observation.objects.filter(trace=wanted).order_by("at", "uid")[:MOST_OF_TRACE]) if wanted else []
    seen = queries.visible_to(user).filter(pk__in={row.path_id for row in rows}).select_related("surface", "endpoint")
    paths = {path.pk: path for path in seen}
    found = [row for row in rows if row.path_id in paths]
    if not found:
        raise NotVisible(
            "There is no call of this trace that you can see.", fix="Its single calls may have been let go; their sums stay."
        )
    for row in found:
        row.path = paths[row.path_id]
    return found


def sealed_hours(user: Any) -> QuerySet[SealedHour]:
    """Return the sealed hours, for those who read all: they tell of every surface's calls at once."""
    return SealedHour.objects.all() if roles.reads_all(user) else SealedHour.objects.none()


def sealed_hour(user: Any, key: str) -> SealedHour:
    """Return one sealed hour by its key (2026-11-21T12, UTC). Raises NotVisible."""
    row = None
    if HOUR.match(key):
        with suppress(ValueError):  # no such hour in any calendar
            row = sealed_hours(user).filter(hour=datetime.fromisoformat(f"{key}:00+00:00")).first()
    if row is None:
        raise NotVisible("There is no such sealed hour that you can see.", fix="Look at the list of what was received.")
    return row
