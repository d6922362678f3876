"""How things hang together: columns of named boxes, and streams between neighbours whose breadth is their weight."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import mark_safe

from governance.ui.pictures.frame import Key, Picture, picture, toned
from governance.ui.pictures.scale import Number, said

WIDTH, BOX, HEAD, GAP, LEAST = 960, 158, 26, 8, 36
TALL = 320.0
"""How high the streams of the fullest column are together, in units of the drawing."""
THIN, THICK = 1.5, 48.0
CHARS_OF_NAME, CHARS_OF_DETAIL = 25, 29
KINDS = {
    "": "approved, and seen",
    "wait": "approved, not seen",
    "stop": "seen, not approved",
    "warn": "seen, cannot be told",
}
"""What a stream stands for, drawn solid, dotted, in broken stripes, and in fine stripes: never by colour alone."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its key is unique in the drawing. `detail` is its second line, `url` where it leads, `tone` its state."""

    key: str
    name: str
    detail: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A named column of boxes, from top to bottom."""

    name: str
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Link:
    """A stream between boxes of neighbouring columns. `kind` is one of `KINDS`; without weight it is drawn thin."""

    start: str
    end: str
    weight: Number = 0
    kind: str = ""
    said: str = ""


@dataclass(slots=True)
class _Placed:
    node: Node
    x: float
    y: float
    height: float
    left: float = 0.0
    right: float = 0.0


def flow(
    columns: Sequence[Column],
    links: Sequence[Link],
    *,
    title: str,
    unit: str = "",
    finding: str = "",
    kinds: Mapping[str, str] = KINDS,
) -> Picture:
    """Draw columns and the streams between them; boxes stand where their streams cross least, the same on every run.

    `kinds` names for the legend what the streams stand for. The table lists every stream. Raises ValueError for a stream
    whose ends are not in neighbouring columns, or of a kind without a name.
    """
    _check(columns, links, kinds)
    order = _ordered(columns, links)
    breadth = _breadths(columns, links)
    placed = _placed(order, links, breadth)
    height = max((each.y + each.height for each in placed.values()), default=HEAD) + 4
    body = "".join(_head(column.name, place, len(columns)) for place, column in enumerate(columns))
    body += _streams(links, breadth, placed) + "".join(_box(each) for each in placed.values())
    names = {node.key: node.name for column in columns for node in column.nodes}
    rows = tuple((names[each.start], names[each.end], kinds[each.kind], each.said or said(each.weight, unit)) for each in links)
    told = finding or _finding(columns, links, kinds)
    used = {each.kind for each in links}
    keys = tuple(Key(f"chart-flow chart-flow--{kind or 'ok'}", name, True) for kind, name in kinds.items() if kind in used)
    svg = mark_safe(picture("picture-flow", WIDTH, round(height, 1), title, told, body, role="group"))
    return Picture(svg, title, told, ("From", "To", "What it is", "How much"), rows, keys, broad=True)


def _check(columns: Sequence[Column], links: Sequence[Link], kinds: Mapping[str, str]) -> None:
    where = {node.key: place for place, column in enumerate(columns) for node in column.nodes}
    if len(where) != sum(len(column.nodes) for column in columns):
        raise ValueError("Two boxes have the same key.")
    for link in links:
        if link.kind not in kinds:
            raise ValueError(f"no kind of stream named {link.kind!r}; it is one of {', '.join(map(repr, kinds))}")
        if where.get(link.end, -2) - where.get(link.start, -4) != 1:
            raise ValueError(f"{link.start} and {link.end} do not stand in neighbouring columns.")


def _ordered(columns: Sequence[Column], links: Sequence[Link]) -> list[list[Node]]:
    """Stand each box of a later column at the middle of what leads to it; ties keep the order given."""
    into: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for link in links:
        into[link.end].append((link.start, float(link.weight) or 1.0))
    order = [list(columns[0].nodes)] if columns else []
    for column in columns[1:]:
        rank = {node.key: place for place, node in enumerate(order[-1])}
        order.append(sorted(column.nodes, key=lambda node: _middle(into[node.key], rank)))
    return order


def _middle(into: Sequence[tuple[str, float]], rank: Mapping[str, int]) -> float:
    whole = sum(weight for _, weight in into)
    return sum(rank[start] * weight for start, weight in into) / whole if whole else float("inf")


def _breadths(columns: Sequence[Column], links: Sequence[Link]) -> list[float]:
    keys = [{node.key for node in column.nodes} for column in columns]
    most = max((sum(float(link.weight) for link in links if link.start in each) for each in keys), default=0.0) or 1.0
    return [min(max(THIN, TALL * float(link.weight) / most), THICK) if link.kind != "wait" else THIN for link in links]


def _placed(order: Sequence[Sequence[Node]], links: Sequence[Link], breadth: Sequence[float]) -> dict[str, _Placed]:
    left: dict[str, float] = defaultdict(float)
    right: dict[str, float] = defaultdict(float)
    for link, wide in zip(links, breadth, strict=True):
        right[link.start] += wide + 1
        left[link.end] += wide + 1
    found = {}
    for place, nodes in enumerate(order):
        y, x = float(HEAD), _x(place, len(order))
        for node in nodes:
            tall = max(LEAST, left[node.key] + 6, right[node.key] + 6)
            starts = (y + (tall - side[node.key]) / 2 for side in (left, right))
            found[node.key] = _Placed(node, x, y, tall, *starts)
            y += tall + GAP
    return found


def _x(place: int, count: int) -> float:
    return round(place * (WIDTH - BOX) / max(count - 1, 1), 1)


def _streams(links: Sequence[Link], breadth: Sequence[float], placed: Mapping[str, _Placed]) -> str:
    """Draw streams in the order of their ends, so that those of a box do not cross where they leave it."""
    every = sorted(range(len(links)), key=lambda at: (placed[links[at].start].y, placed[links[at].end].y, at))
    starts, ends = {}, {}
    for at in every:
        box = placed[links[at].start]
        starts[at], box.right = box.right + (breadth[at] + 1) / 2, box.right + breadth[at] + 1
    for at in sorted(every, key=lambda at: (placed[links[at].end].y, placed[links[at].start].y, at)):
        box = placed[links[at].end]
        ends[at], box.left = box.left + (breadth[at] + 1) / 2, box.left + breadth[at] + 1
    return "".join(_stream(links[at], breadth[at], placed, starts[at], ends[at]) for at in every)


def _stream(link: Link, wide: float, placed: Mapping[str, _Placed], start: float, end: float) -> str:
    x1, x2 = placed[link.start].x + BOX, placed[link.end].x
    half = round((x1 + x2) / 2, 1)
    css = f"chart-flow chart-flow--{link.kind or 'ok'}"
    curve = f"M{x1} {round(start, 1)}C{half} {round(start, 1)} {half} {round(end, 1)} {x2} {round(end, 1)}"
    return f'<path class="{css}" fill="none" stroke-width="{round(wide, 1)}" d="{curve}"/>'


def _head(name: str, place: int, count: int) -> str:
    return f'<text class="chart-text chart-text--on" x="{_x(place, count)}" y="14">{escape(name)}</text>'


def _box(placed: _Placed) -> str:
    node, x, y = placed.node, placed.x, round(placed.y, 1)
    middle = y + placed.height / 2
    drawn = (
        f'<rect class="{toned("chart-box", node.tone)}" x="{x}" y="{y}" width="{BOX}" height="{round(placed.height, 1)}" rx="3"/>'
    )
    drawn += f'<path class="{toned("chart-edge", node.tone)}" d="M{x + 1.5} {y + 3}v{round(placed.height - 6, 1)}"/>'
    name_y = round(middle - 3 if node.detail else middle + 4, 1)
    drawn += f'<text class="chart-text chart-text--on" x="{x + 9}" y="{name_y}">{_cut(node.name, CHARS_OF_NAME)}</text>'
    if node.detail:
        css = toned("chart-text", node.tone)
        drawn += f'<text class="{css}" x="{x + 9}" y="{round(middle + 11, 1)}">{_cut(node.detail, CHARS_OF_DETAIL)}</text>'
    whole = escape(f"{node.name}: {node.detail}" if node.detail else node.name)
    if not node.url:
        return f"<g><title>{whole}</title>{drawn}</g>"
    return f'<a href="{escape(node.url)}" aria-label="{whole}"><title>{whole}</title>{drawn}</a>'


def _cut(text: str, most: int) -> str:
    return escape(text if len(text) <= most else f"{text[: most - 1].rstrip()}…")


def _finding(columns: Sequence[Column], links: Sequence[Link], kinds: Mapping[str, str]) -> str:
    boxes = ", ".join(f"{len(column.nodes)} {column.name[:1].lower()}{column.name[1:]}" for column in columns)
    parts = [f"{sum(link.kind == kind for link in links)} {name}" for kind, name in kinds.items()]
    return f"{boxes}. Of {len(links)} links between them: {'; '.join(parts)}."
