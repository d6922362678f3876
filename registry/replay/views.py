"""The replay as a tab of a policy draft's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Invalid
from governance.policy.views.drafts import DraftPage
from governance.ui.pages.base import go
from registry.replay import jobs, reading
from registry.replay.past import OUTCOMES
from registry.replay.reading import Replay

MOST_SHOWN = 200
PERIODS = (3, 6, 12, 24)


class ReplayPage(DraftPage):
    """What a draft would have done to past changes, and what would turn red today."""

    slug = "-"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the figures and the rows of one of them; a long replay is asked for first."""
        self.obj = draft = self.load()
        self.header_shown = self.header(draft)
        complaint = ""
        try:
            months = reading.months_of(request.GET.get("months", ""))
        except Invalid as error:
            complaint, months = str(error), reading.MONTHS
        made = None
        if number := request.GET.get("job", ""):
            made = jobs.result(self.user, draft, number)
            months = made.months
        else:
            size = reading.size(self.user, months)
            if size <= reading.AT_ONCE:
                made = reading.replay(self.user, draft, months)
        shown = self.shown(made, request.GET.get("show", "")) if made is not None else {"size": size}
        return self.render(
            object=draft,
            header=self.header_shown,
            tabs=self.tab_links(draft),
            tab_template="registry/replay/_replay.html",
            panels=[],
            aside_panels=[],
            draft=draft,
            replay=made,
            months=months,
            periods=PERIODS,
            complaint=complaint,
            job=number,
            **shown,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for a long replay, and go to see how far it is."""
        draft = self.load()
        job = jobs.ask(draft, self.user, reading.months_of(request.POST.get("months", "")))
        return go(request, reverse("job", args=[job.pk]))

    def shown(self, made: Replay, wanted: str) -> dict[str, Any]:
        """Return the figures, each with the address of its rows, and the rows of the one that is open."""
        counts = made.counts
        past = [(key, title, counts[key], meaning) for key, (title, _, meaning) in OUTCOMES.items()]
        today = [
            ("red", "Turn red today", len(made.red), "surfaces on which a control would turn red"),
            ("green", "Turn green today", len(made.green), "surfaces on which a control would turn green"),
        ]
        tiles = past + today
        known = [key for key, *_ in tiles]
        first = next((key for key, _, count, _ in tiles if count and key != "same"), "same")
        show = wanted if wanted in known else first
        rows: list[dict[str, Any]] = []
        if show in OUTCOMES:
            rows = [{**row, "mark": OUTCOMES[show][1]} for row in made.changes if row["outcome"] == show]
        surfaces = made.red if show == "red" else made.green if show == "green" else []
        return {
            "groups": [
                (("Past changes", f"of the last {made.months} months, had the draft held"), past),
                (("Today", "if the draft held from now on"), today),
            ],
            "show": show,
            "title_of": next(title for key, title, *_ in tiles if key == show),
            "meaning": next(meaning for key, _, _, meaning in tiles if key == show),
            "rows": rows[:MOST_SHOWN],
            "turned": [(row, row[show]) for row in surfaces[:MOST_SHOWN]] if surfaces else [],
            "more": max(len(rows), len(surfaces)) - MOST_SHOWN,
        }
