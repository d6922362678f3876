"""The page of figures, and the same as CSV."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from governance.core.tabular.csvwriter import write_csv
from governance.policy import queries as policy_queries
from governance.ui import atoms
from governance.ui.pages.base import Page
from incidents.cases.rules import HARM, RADIUS
from incidents.clocks import words
from incidents.figures import charts, reading
from incidents.figures.counting import Figures, Group, Line, Span
from incidents.figures.reading import Asked
from incidents.running.queries import severities

COLUMNS = ("section", "name", "figure", "value")
MOST_LINES = 12


class FiguresPage(Page):
    """How fast incidents are answered, whom they harm, what nearly happened, what comes back; each figure opens its rows."""

    title, template = "Incident figures", "incidents/figures/page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the figures of a period, narrowed as asked."""
        asked = reading.asked_for(request.GET)
        found = reading.of(self.user, asked, request)
        return self.render(
            asked=asked,
            figures=found,
            periods=[(label, asked.url(period=key), key == asked.period) for key, label in reading.PERIODS.items()],
            choices=choices(asked),
            narrowed=narrowed(asked, found),
            tiles=tiles(asked, found),
            times=times(found),
            chart=charts.reported(found.months),
            groups=[drawn(asked, group) for group in found.groups],
            matrix=matrix(asked, found),
            radii=[(step, word) for step, (word, _) in RADIUS.items()],
            csv_url=asked.url().replace(reverse("incident-figures"), reverse("incident-figures-csv"), 1),
        )


class FiguresCsv(Page):
    """The same figures as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Send it."""
        asked = reading.asked_for(request.GET)
        return csv_response(asked, reading.of(self.user, asked, request))


def csv_response(asked: Asked, figures: Figures) -> StreamingHttpResponse:
    """Answer figures as a CSV file."""
    response = StreamingHttpResponse(write_csv(COLUMNS, reading.table(figures)), content_type="text/csv; charset=utf-8")
    name = f"incident-figures-{asked.since:%Y-%m-%d}-{asked.last:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def choices(asked: Asked) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return the selects beside the period: name, label, and options as value, label and whether it is chosen."""
    offered = (
        ("tier", "Tier", [(str(number), f"Tier {number}") for number in range(5)]),
        ("category", "Kind", list(policy_queries.incident_rules().categories.items())),
        ("severity", "Severity", [(key, f"{key} {name}") for key, name in severities().items()]),
    )
    return [
        (name, label, [(value, words_, value in asked.narrowing.getlist(name)) for value, words_ in options])
        for name, label, options in offered
    ]


def narrowed(asked: Asked, figures: Figures) -> list[tuple[str, str]]:
    """Return what the figures are narrowed to beside the selects, as a label and the address without it."""
    named = {(group.key, str(line.key)): line.label for group in figures.groups for line in group.lines}
    return [
        (named.get((name, value), f"{name} {value}"), asked.url(**{name: None}))
        for name in ("team", "vendor", "surface", "source", "cause")
        for value in asked.narrowing.getlist(name)
    ]


def tiles(asked: Asked, figures: Figures) -> list[tuple[str, str, str, str]]:
    """Return the large figures: title, value, what it means, and the list of the incidents behind it."""
    real = asked.list_url(near_miss="false")
    found = [_tile(span, real) for span in figures.spans if span.key != "notice"]
    missed = "1 near miss" if figures.near == 1 else f"{figures.near:,} near misses"
    found.append(("Incidents", atoms.number(figures.real), f"and {missed}", real))
    near = "–" if figures.near_rate is None else f"{figures.near_rate:.0%}"
    again = "–" if figures.repeat_rate is None else f"{figures.repeat_rate:.0%}"
    found.append(("Near-miss rate", near, "of all reports; high is good", asked.list_url(near_miss="true")))
    found.append(("Repeat rate", again, "same kind and surface, within 90 days", asked.list_url(repeats="true")))
    return found


def _tile(span: Span, url: str) -> tuple[str, str, str, str]:
    if span.median is None or span.p90 is None:
        return span.kind.name, "–", span.kind.means, url
    slow = f"median; nine in ten within {words.length(span.p90)}"
    return span.kind.name, words.length(span.median), slow, url


def times(figures: Figures) -> list[tuple[Span, str, str]]:
    """Return each length of time with its median and its slow end in words."""
    return [(span, _length(span.median), _length(span.p90)) for span in figures.spans]


def _length(seconds: int | None) -> str:
    return "–" if seconds is None else words.length(seconds)


def drawn(asked: Asked, group: Group) -> dict[str, Any]:
    """Return a group as a table: each line with its bar, the list that it opens, and the figures narrowed to it."""
    most = max((line.total for line in group.lines), default=1)
    rows = [(line, charts.share(line.real, line.near, most), *_ways(asked, group, line)) for line in group.lines[:MOST_LINES]]
    return {"title": group.title, "rows": rows, "more": max(0, len(group.lines) - MOST_LINES)}


def _ways(asked: Asked, group: Group, line: Line) -> tuple[str, str, str]:
    """The lists behind a line's incidents and near misses, and the figures of it alone; empty where no filter says so."""
    if line.key in (None, ""):
        return "", "", ""
    by = {group.key: line.key}
    real, near = asked.list_url(near_miss="false", **by), asked.list_url(near_miss="true", **by)
    return real, near, asked.url(**by)


def matrix(asked: Asked, figures: Figures) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return user harm (grave first) by blast radius: each count with the list that it opens."""
    return [
        (
            f"{step} {HARM[step][0]}",
            [
                (count, asked.list_url(near_miss="false", user_harm=step, blast_radius=radius) if count else "")
                for radius in RADIUS
                for count in (figures.harm.get((step, radius), 0),)
            ],
        )
        for step in sorted(HARM, reverse=True)
    ]
