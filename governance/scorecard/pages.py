"""Pages of the scorecard: all metrics, one metric with how it is made, and the same as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from governance.core.contributions import Cut, ScoreCut, ScoreMetric, contributed
from governance.core.tabular.csvwriter import write_csv
from governance.people.models import Team
from governance.policy import queries as policy
from governance.scorecard import measuring, reading, shaping, windows, words
from governance.scorecard.reading import Asked
from governance.ui.pages.base import Page

COLUMNS = ("metric", "by", "part", "value", "unit", "n", "of", "target")
MOST = 12
STAGES = {"early": "early stage", "at_scale": "at scale"}


class Scorecard(Page):
    """All metrics of the policy with their trend, and DORA's five for each application."""

    title, template = "Scorecard", "governance/scorecard/scorecard.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show them, over weeks or months, of all or of a part."""
        asked = reading.asked_for(self.user, request.GET)
        dora, applications = shaping.delivery(asked)
        tiles = shaping.tiles(asked)
        return self.render(
            asked=asked,
            tiles=tiles,
            dora=dora,
            applications=applications[:MOST],
            more=max(0, len(applications) - MOST),
            more_url=asked.url("score-metric", "deployment_frequency"),
            made=[tile.metric for tile in tiles] + dora,
            stage=STAGES[shaping.targets().stage],
            never=policy.document()["scorecard"]["never_shown"],
            spoken=windows.said(asked.period),
            csv_url=asked.url("scorecard-csv"),
            **choices(self.user, asked, "scorecard"),
        )


class MetricPage(Page):
    """One metric: what it means, how it is made, its target, trend and parts, each opening its records."""

    template, family = "governance/scorecard/metric.html", "scorecard"
    metric: ScoreMetric

    def get_title(self) -> str:
        """Return the metric's name."""
        return self.metric.label

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Scorecard", reverse("scorecard")), (self.metric.label, "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        self.metric = metric = measuring.metric(kwargs["key"])
        asked = reading.asked_for(self.user, request.GET)
        measured = measuring.measure([metric], asked.windows, asked.cut)[0]
        last = asked.windows[-1]
        blended = bool(metric.family) and asked.cut.surface is None
        groups = shaping.parts(metric, measured, asked)
        return self.render(
            metric=metric,
            asked=asked,
            tile=None if blended else shaping.tile(metric, measured, asked),
            chart=None if blended else shaping.trend(metric, measured, asked),
            spread=None if blended else shaping.spread(metric, measured),
            groups=[(cut, rows[:MOST], max(0, len(rows) - MOST)) for cut, rows in groups],
            of=named(self.user, asked),
            rows_url=metric.rows_url(last, asked.cut),
            part_url=metric.part_url(last, asked.cut) if metric.part_url and measured.now.n else "",
            promised=shaping.promised().get(metric.key),
            aims=aims(metric),
            stage=shaping.targets().stage,
            spoken=windows.said(asked.period),
            **choices(self.user, asked, "score-metric", metric.key),
        )


class ScorecardCsv(Page):
    """The figures as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Send it."""
        return csv_response(reading.asked_for(self.user, request.GET))


def csv_response(asked: Asked) -> StreamingHttpResponse:
    """Answer the figures of the last window as a CSV file."""
    response = StreamingHttpResponse(write_csv(COLUMNS, shaping.table(asked)), content_type="text/csv; charset=utf-8")
    last = asked.windows[-1]
    name = f"scorecard-{last.since:%Y-%m-%d}-{windows.last_day(last):%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def choices(user: Any, asked: Asked, name: str, *args: Any) -> dict[str, Any]:
    """Return what can be chosen on a page: periods, teams and tiers."""
    teams = Team.objects.visible_to(user).order_by("name").values_list("pk", "name")
    return {
        "periods": [(label, asked.over(key).url(name, *args), key == asked.period) for key, label in windows.PERIODS.items()],
        "teams": [(pk, team, pk == asked.cut.team) for pk, team in teams],
        "tiers": [(number, f"Tier {number}", number == asked.cut.tier) for number in reading.TIERS],
        "here": reverse(name, args=args),
        "all_url": Asked(asked.period, Cut(user)).url(name, *args),
    }


def named(user: Any, asked: Asked) -> str:
    """Say of which surface the figures are; empty where they are of none."""
    if asked.cut.surface is None:
        return ""
    found = [cut.names(user, [asked.cut.surface]) for cut in contributed(ScoreCut) if cut.key == "surface"]
    return next((names[asked.cut.surface][0] for names in found if asked.cut.surface in names), shaping.NOBODY)


def aims(metric: ScoreMetric) -> list[tuple[str, str, str]]:
    """Return what policy aims for at each stage: the stage's key, its words, and the number where there is one."""
    row = shaping.promised().get(metric.key)
    if row is None:
        return []
    found = []
    for key, text in (("early", row["early"]), ("at_scale", row["at_scale"])):
        target = row[f"{key}_target"]
        found.append((key, text, words.said(target, metric.unit) if target is not None else ""))
    return found
