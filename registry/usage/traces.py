"""Traces with very many calls: programs that call models again and again within one piece of work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min

from registry.usage.models import Observation, UsageHour, UsagePath


@dataclass(frozen=True, slots=True)
class LongTrace:
    """One trace with its calls since a moment, on the path that most of them took (its surface and source by id)."""

    trace: UUID
    calls: int
    first_at: datetime
    last_at: datetime
    path: int
    surface: int | None
    source: int | None


def long_traces(since: datetime, most: int, limit: int = 100) -> list[LongTrace]:
    """Return the traces with more than `most` calls since a moment (at most `limit`, the longest first).

    Sums by hour are asked first: where no way of use had half as many calls, no single call is read. A trace that spreads
    all its calls thinner than that, over several ways of use, is not seen.
    """
    start = since.replace(minute=0, second=0, microsecond=0)
    busy = UsageHour.objects.filter(hour__gte=start, calls__gte=max(most // 2, 1)).values_list("path", flat=True)
    paths = sorted(set(busy))
    if not paths:
        return []
    told = Observation.objects.filter(at__gte=since, trace__isnull=False).order_by()
    busiest = told.filter(path__in=paths).values("trace").annotate(n=Count("uid")).filter(n__gte=max(most // 2, 1))
    near = list(busiest.order_by("-n", "trace").values_list("trace", flat=True)[:limit])
    rows = told.filter(trace__in=near)
    totals = rows.values("trace").annotate(n=Count("uid"), first=Min("at"), last=Max("at")).filter(n__gt=most)
    found = list(totals.order_by("-n", "trace"))
    if not found:
        return []
    wanted = [each["trace"] for each in found]
    by_path = rows.filter(trace__in=wanted).values("trace", "path").annotate(n=Count("uid")).order_by("n", "path")
    main = {each["trace"]: each["path"] for each in by_path}
    facts = {pk: (surface, source) for pk, surface, source in UsagePath.objects.filter(pk__in=set(main.values())).values_list(
        "pk", "surface", "source"
    )}  # fmt: skip
    return [
        LongTrace(each["trace"], each["n"], each["first"], each["last"], main[each["trace"]], *facts[main[each["trace"]]])
        for each in found
    ]
