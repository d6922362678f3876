"""The contents of a volume: every chapter with the page it begins on. They are set last and stand near the front, so their
own length moves what they list; they are set again until it does not."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from governance.documents.pieces import Leaf, Order, Setter

TEMPLATE = "documents/volume/contents.html"
PER_PIECE = 400  # entries that one piece of the contents holds: some eight pages
UNITS = ("bytes", "kB", "MB", "GB")


def set_contents(
    setter: Setter, front: Sequence[Leaf], body: Sequence[Leaf], fill: Callable[[Mapping[str, Any]], str], volume: Any
) -> list[Leaf]:
    """Set the contents that list `body` and stand between it and `front`; `fill` turns a context into HTML."""
    files = [
        {"name": each.name, "description": each.description, "size": spoken(each.path.stat().st_size)}
        for each in volume.attachments
    ]
    before, pages, leaves = sum(leaf.pages for leaf in front), 1, []
    for _ in range(4):
        entries = listed(body, before + pages)
        parts = [entries[at : at + PER_PIECE] for at in range(0, len(entries), PER_PIECE)] or [[]]
        leaves = [
            setter.one(
                Order(
                    fill({"entries": part, "first": n == 0, "attachments": files if n == len(parts) - 1 else []}),
                    "contents",
                    "Contents",
                    first=n == 0,
                )
            )
            for n, part in enumerate(parts)
        ]
        taken = sum(leaf.pages for leaf in leaves)
        if taken == pages:
            break
        pages = taken
    return leaves


def listed(body: Sequence[Leaf], before: int) -> list[dict[str, Any]]:
    """Return the entries: title, level, page and link target of each chapter and of each heading that is to be listed."""
    entries, page = [], before + 1
    for leaf in body:
        if leaf.title:
            entries.append({"title": leaf.title, "level": leaf.level, "page": page, "target": leaf.key})
        for each in leaf.entries:
            entries.append({"title": each.title, "level": leaf.level + 1, "page": page + each.page, "target": each.name})
        page += leaf.pages
    return entries


def spoken(size: int) -> str:
    """Write a size of a file as people read it."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:,.0f} {UNITS[unit]}" if unit == 0 else f"{value:,.1f} {UNITS[unit]}"
