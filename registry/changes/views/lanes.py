"""The page of release lanes, and how long reviews take in each."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core import clock
from governance.policy import queries as policy
from governance.ui.pages.base import Page
from registry.changes import lanes, latency, queries, rules
from registry.changes.picture import histogram, said


class Lanes(Page):
    """Who approves what how fast, and how long it took."""

    title, template, nav = "Release lanes", "registry/changes/lanes.html", "changes"
    crumbs = [("Changes", "/changes/")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show lanes, freezes that hold now, and the waits of a period."""
        days = self.period()
        found = latency.latency(self.user, days)
        return self.render(
            tiers=lanes.lanes(self.user),
            policy_version=policy.in_force(),
            freezes=[window for window in queries.freezes_for(self.user) if rules.is_holding(window, clock.now())],
            found=found,
            days=days,
            periods=latency.PERIODS,
            buckets=latency.BUCKETS,
            groups=[
                ("By lane", "lane", [self.row(each, found, "lane") for each in found.lanes]),
                ("By position", "decided_by", [self.row(each, found, "decided_by") for each in found.positions]),
            ],
            whole=self.row(found.whole, found, "") if found.whole else None,
        )

    def period(self) -> int:
        """Return the days that the address asks for, or the usual ninety."""
        asked = self.request.GET.get("days", "")
        return next((days for days in latency.PERIODS if str(days) == asked), 90)

    def row(self, each: latency.Spread, found: latency.Latency, name: str) -> dict[str, Any]:
        """Return a spread as it is drawn: each figure with the address of exactly its changes."""
        words = {name: each.key} if name else {}
        words["decided_since"] = found.since.isoformat()
        base = f"{reverse('changes')}?{urlencode(words)}"
        return {
            "label": each.label,
            "count": each.count,
            "median": said(each.median),
            "slow": said(each.slow),
            "url": base,
            "shares": [(share.label, share.count, f"{base}&took={share.key}") for share in each.shares],
            "picture": histogram(each),
        }
