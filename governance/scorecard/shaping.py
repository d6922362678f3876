"""Measured metrics as pages, documents and programs show them: in words, with their target, trend and parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.contributions import Figure, ScoreCut, ScoreMetric, contributed
from governance.policy import queries as policy
from governance.scorecard import measuring, windows, words
from governance.scorecard.measuring import Measured
from governance.scorecard.reading import Asked
from governance.ui import pictures
from governance.ui.pictures import Picture, Series

NOBODY = "Not known"


@dataclass(frozen=True, slots=True)
class Part:
    """A metric of one team, tier or surface: where it is read alone, and the records behind it."""

    id: int | None
    name: str
    link: str
    figure: Figure
    said: str
    counted: str
    mark: str
    alone_url: str
    rows_url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A metric as a tile: its value and unit, where it stands against its target, and its trend drawn small."""

    metric: ScoreMetric
    figure: Figure
    value: str
    unit: str
    standing: words.Standing
    moved: str
    counted: str
    spark: Picture
    url: str
    rows_url: str


def tile(metric: ScoreMetric, measured: Measured, asked: Asked) -> Tile:
    """Return a metric as a tile."""
    target = targets().target(metric.key)
    figure, moved = measured.now, words.moved(metric, measured.figures)
    standing = words.standing(metric, figure, target)
    if not standing.mark and figure.value is not None and metric.key in promised():
        standing = words.Standing("", words.aimed(promised()[metric.key][targets().stage]))
    value, unit = words.number(figure.value, metric.unit)
    name = f"{metric.label}, {windows.PERIODS[asked.period].lower()}"
    values = [words.drawn(each.value, metric.unit) for each in measured.figures]
    tone = standing.mark if standing.mark in ("warn", "stop") else ""
    spark = pictures.spark(values, words.drawn(target, metric.unit), title=name, finding=moved, tone=tone)
    last = asked.windows[-1]
    return Tile(
        metric,
        figure,
        value,
        unit,
        standing,
        moved,
        words.counted(metric, figure),
        spark,
        asked.url("score-metric", metric.key),
        metric.rows_url(last, asked.cut),
    )


def tiles(asked: Asked) -> list[Tile]:
    """Return the metrics of the policy as tiles."""
    shown = [each for each in measuring.metrics() if not each.family]
    found = measuring.measure(shown, asked.windows, asked.cut)
    return [tile(metric, measured, asked) for metric, measured in zip(shown, found, strict=True)]


def targets() -> Any:
    """Return what the policy in force says about the scorecard: stage, and each metric's number at it."""
    return policy.usage_rules()


def promised() -> Mapping[str, Mapping[str, Any]]:
    """Return the policy's rows about metrics by key: what it aims for early and at scale, in words and numbers."""
    return {row["key"]: row for row in policy.document()["scorecard"]["metrics"]}


def parts(metric: ScoreMetric, measured: Measured, asked: Asked) -> list[tuple[ScoreCut, list[Part]]]:
    """Return the last window of a metric by each of its cuts that is not chosen already, the most records first."""
    found = []
    for cut in contributed(ScoreCut):
        if cut.key in measured.parts and getattr(asked.cut, cut.key) is None:
            rows = _parts(metric, cut, measured.parts[cut.key], asked)
            found.append((cut, rows))
    return found


def _parts(metric: ScoreMetric, cut: ScoreCut, figures: Mapping[int | None, Figure], asked: Asked) -> list[Part]:
    names = cut.names(asked.cut.user, [value for value in figures if value is not None])
    last, target = asked.windows[-1], targets().target(metric.key)
    made = []
    for value, figure in figures.items():
        name, link = names.get(value, (NOBODY, "")) if value is not None else (NOBODY, "")
        alone = asked.of(cut.key, value) if value is not None else None
        made.append(
            Part(
                value,
                name,
                link,
                figure,
                words.said(figure.value, metric.unit),
                words.counted(metric, figure),
                words.standing(metric, figure, target).mark,
                alone.url("score-metric", metric.key) if alone else "",
                metric.rows_url(last, alone.cut) if alone else "",
            )
        )
    return sorted(made, key=lambda part: (part.id is None, -part.figure.of, part.name))


def trend(metric: ScoreMetric, measured: Measured, asked: Asked) -> Picture:
    """Draw a metric over its windows, with its target."""
    points = [
        (windows.label(window, asked.period), words.drawn(figure.value, metric.unit))
        for window, figure in zip(asked.windows, measured.figures, strict=True)
    ]
    target = words.drawn(targets().target(metric.key), metric.unit)
    unit = metric.unit if metric.unit in ("%", "h") else ""
    links = [metric.rows_url(window, asked.cut) for window in asked.windows]
    return pictures.line([Series(metric.label, points)], title=metric.label, unit=unit, target=target, links=links)


def spread(metric: ScoreMetric, measured: Measured) -> Picture | None:
    """Draw how the hours of the last window are spread; None where there are none."""
    if not measured.spread:
        return None
    return pictures.bars([Series(metric.rows.capitalize(), list(measured.spread))], title=f"How long {metric.rows} took")


@dataclass(frozen=True, slots=True)
class Application:
    """DORA's five for one application: a cell for each metric, with its figure in words and the records behind it."""

    name: str
    url: str
    deployments: int
    cells: Sequence[tuple[ScoreMetric, str, str]]


def delivery(asked: Asked) -> tuple[list[ScoreMetric], list[Application]]:
    """Return DORA's metrics, and their figures for each application that was deployed, those deployed most often first."""
    shown = [each for each in measuring.metrics() if each.family == measuring.DELIVERY]
    found = dict(zip((each.key for each in shown), measuring.measure(shown, asked.windows, asked.cut), strict=True))
    ids = {value for each in found.values() for value in each.parts.get("surface", {}) if value is not None}
    names: Mapping[int, tuple[str, str]] = {}
    for cut in contributed(ScoreCut):
        if cut.key == "surface" and ids:
            names = cut.names(asked.cut.user, ids)
    last, rows = asked.windows[-1], []
    for value in ids:
        alone = asked.of("surface", value)
        cells, most = [], 0
        for metric in shown:
            figure = found[metric.key].parts["surface"].get(value, Figure(None, 0, 0))
            most = max(most, figure.of)
            said = words.said(figure.value, metric.unit if metric.unit in ("%", "h") else "")
            cells.append((metric, said, metric.rows_url(last, alone.cut) if figure.of else ""))
        name, _ = names.get(value, (NOBODY, ""))
        rows.append(Application(name, alone.url("score-metric", "deployment_frequency"), most, cells))
    return shown, sorted(rows, key=lambda row: (-row.deployments, row.name))


def table(asked: Asked) -> list[tuple[str, str, str, Any, str, int, int, Any]]:
    """Return all figures of the last window as rows: metric, by, part, value, unit, n, of, target. Shares are 0 to 1."""
    shown = measuring.metrics()
    found = measuring.measure(shown, asked.windows, asked.cut)
    rows: list[tuple[str, str, str, Any, str, int, int, Any]] = []
    for metric, measured in zip(shown, found, strict=True):
        target = targets().target(metric.key)
        if not metric.family:
            now = measured.now
            rows.append((metric.label, "all", "", now.value, metric.unit, now.n, now.of, target))
        for cut, lines in parts(metric, measured, asked):
            rows += [
                (metric.label, cut.key, line.name, line.figure.value, metric.unit, line.figure.n, line.figure.of, target)
                for line in lines
            ]
    return rows
