"""Time to restore, from incidents; near misses apart, because nobody had to restore those."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from governance.core.contributions import Cut, Sample, ScoreMetric, Window, contribute
from governance.scorecard import combining
from incidents.cases import queries
from incidents.cases.models import IncidentSurface


def restores(windows: Sequence[Window], cut: Cut) -> Iterable[Sample]:
    """Return each incident that was reported, with the hours until its cause was gone; one query."""
    since, until = min(each.since for each in windows), max(each.until for each in windows)
    rows = queries.visible_to(cut.user).filter(near_miss=False, reported_at__gte=since, reported_at__lt=until)
    wanted = {"surface__team": cut.team, "tier": cut.tier}
    rows = rows.filter(**{path: value for path, value in wanted.items() if value is not None}).order_by()
    if cut.surface is not None:
        further = IncidentSurface.objects.filter(surface=cut.surface).values("incident")
        rows = rows.filter(Q(surface=cut.surface) | Q(pk__in=further))
    named = ("reported_at", "resolved_at", "surface_id", "surface__team_id", "tier")
    return [
        Sample(at, (done - at).total_seconds() / 3600 if done else 0, 1 if done else 0, surface, team, tier)
        for at, done, surface, team, tier in rows.values_list(*named)
    ]


def incidents_url(window: Window, cut: Cut) -> str:
    """Return the list of the incidents of a window."""
    parts = {"surface": cut.surface, "team": cut.team, "tier": cut.tier}
    asked = {name: value for name, value in parts.items() if value is not None}
    within = {"reported_after": window.since.isoformat(), "reported_before": window.until.isoformat()}
    return f"{reverse('incidents')}?{urlencode({**asked, 'near_miss': 'false', **within})}"


contribute(
    ScoreMetric(
        "time_to_restore",
        "Time to restore",
        "How long an incident lasted, from its report until its cause was gone. An incident counts on the day it was "
        "reported; those that still run are counted and have no length yet. Near misses are left out.",
        "median of (resolved − reported)",
        "h",
        restores,
        combining.median,
        incidents_url,
        "incidents",
        part="restored",
        source="Incidents",
        better="lower",
        order=20,
    )
)
