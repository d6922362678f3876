"""Reads of sources: who sees which, what each sent, which are silent or lose their token soon."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from governance.core import clock
from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.rows import is_insider
from registry.surfaces import queries as surfaces
from registry.usage.models import UsageBatch, UsageSource

KEY = re.compile(r"^(?:TS-)?0*(\d{1,18})$", re.I)
SILENT = timedelta(days=2)
"""A source that sent before and has sent nothing for so long is silent."""
ENDING = timedelta(days=30)
"""So long before a token's end its source's owner is told."""
State = UsageSource.State


def visible_to(user: Any) -> QuerySet[UsageSource]:
    """Return the sources a person may see: of surfaces they see, of their team, their own; gateways are everybody's inside."""
    rows = UsageSource.objects.select_related("surface", "team", "owner", "token")
    if not is_insider(user):
        return rows.none()
    if roles.reads_all(user):
        return rows
    seen = surfaces.visible_to(user).values("pk")
    mine = Q(owner=user) | Q(kind=UsageSource.Kind.GATEWAY) | Q(surface__in=seen) | Q(token__user=user)
    return rows.filter(mine | Q(team__isnull=False, team=user.team_id))


def get(user: Any, key: str) -> UsageSource:
    """Return one source by its key (TS-3). Raises NotVisible."""
    found = KEY.match(key)
    row = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no source {key[:40]} that you can see.", fix="Check the key, or look at the list.")
    return row


def listed(user: Any) -> QuerySet[UsageSource]:
    """Return sources as a list shows them: when each was last heard of."""
    return visible_to(user).annotate(last_at=Max("batches__received_at"))


def silent(user: Any, now: datetime | None = None) -> QuerySet[UsageSource]:
    """Return the sources that sent and have fallen silent."""
    sent = UsageBatch.objects.filter(source=OuterRef("pk"))
    recent = sent.filter(received_at__gte=(now or clock.now()) - SILENT)
    return visible_to(user).filter(Exists(sent), ~Exists(recent), state=State.ACTIVE)


def ending(user: Any, now: datetime | None = None) -> QuerySet[UsageSource]:
    """Return the sources of a person whose token ends soon, or has ended."""
    soon = (now or clock.now()) + ENDING
    return visible_to(user).filter(owner=user, state=State.ACTIVE, token__revoked_at=None, token__expires_at__lte=soon)


def figures(source: UsageSource, days: int = 7) -> dict[str, Any]:
    """Return what a source sent in the last days: deliveries, calls stored, twice sent, refused by reason, texts, others."""
    since = clock.now() - timedelta(days=days)
    rows = UsageBatch.objects.filter(source=source, received_at__gte=since)
    sums = rows.aggregate(
        **{name: Sum(name, default=0) for name in ("given", "stored", "duplicates", "refused", "others")},
        **{f"sum_{name}": Sum(name, default=0) for name in ("texts_refused", "texts_kept")},
    )
    reasons: dict[str, int] = {}
    for refusals in rows.filter(refused__gt=0).order_by("-pk").values_list("refusals", flat=True)[:1000]:
        for reason, count in refusals.items():
            reasons[reason] = reasons.get(reason, 0) + int(count)
    return {**sums, "days": days, "reasons": sorted(reasons.items(), key=lambda each: -each[1])}


def batches(source: UsageSource, limit: int = 20) -> list[UsageBatch]:
    """Return the last deliveries of a source."""
    return list(UsageBatch.objects.filter(source=source).order_by("-received_at", "-pk")[:limit])
