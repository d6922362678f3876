"""What a list shows: columns declared once, for the page, for sorting and for exports.

Rows are written by string joining with every value escaped, not by a template per cell: fifty rows of ten columns
take about a millisecond.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from governance.ui import atoms

MISSING = object()


def follow(row: Any, path: str) -> Any:
    """Return what a dotted path leads to, or None where it breaks off at an empty relation."""
    for part in path.split("."):
        row = getattr(row, part, MISSING)
        if row is MISSING:
            raise AttributeError(f"a column follows {path!r}, but there is no {part!r}")
        if callable(row):
            row = row()
        if row is None:
            return None
    return row


@dataclass(frozen=True)
class Column:
    """One column. `value` (a dotted path or a function of the row) goes into exports; `cell` draws it, else the value."""

    key: str
    label: str
    value: str | Callable[[Any], Any] = ""
    cell: Callable[[Any], Any] | None = None
    sort: str | Sequence[str] = ()
    shown: bool = True
    numeric: bool = False
    lead: bool = False
    phone: bool = False
    wrap: bool = False
    help: str = ""

    def read(self, row: Any) -> Any:
        """Return the plain value, as exports hold it."""
        if callable(self.value):
            return self.value(row)
        return follow(row, self.value or self.key)

    def draw(self, row: Any) -> Any:
        """Return what the cell shows."""
        if self.cell is not None:
            return self.cell(row)
        value = self.read(row)
        if value is None or value == "":
            return atoms.DASH
        return atoms.number(value) if self.numeric and not isinstance(value, str) else value

    @property
    def orderings(self) -> tuple[str, ...]:
        """The fields that sorting by this column uses, ascending."""
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)


def state_column(of: Callable[[Any], tuple[str, str]], label: str = "State", **more: Any) -> Column:
    """Return the column of a row's state: `of(row)` gives its kind (see `atoms.state`) and its words, which go into exports."""
    return Column("state", label, lambda row: of(row)[1], cell=lambda row: atoms.state(*of(row)), **more)


class Table:
    """Base of a list's table. Subclasses set `columns` and say a row's `url`, `name` and, where it counts, its `tone`."""

    columns: ClassVar[Sequence[Column]] = ()
    default_sort: ClassVar[str] = ""

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())

    def name(self, row: Any) -> str:
        """Return how screen readers name the row's tick box."""
        return str(getattr(row, "name", None) or row)

    def tone(self, row: Any) -> str:
        """Return `off` to tint a row that is out of line, else nothing."""
        return ""

    @classmethod
    def column(cls, key: str) -> Column | None:
        """Return a column by key."""
        return next((column for column in cls.columns if column.key == key), None)

    @classmethod
    def chosen(cls, keys: Iterable[str]) -> list[Column]:
        """Return the chosen columns in declared order (lead columns always); without a choice, the default ones."""
        wanted = {key for key in keys if cls.column(key)}
        if not wanted:
            return [column for column in cls.columns if column.shown or column.lead]
        return [column for column in cls.columns if column.lead or column.key in wanted]

    @classmethod
    def ordering(cls, sort: str) -> tuple[str, ...]:
        """Return order_by arguments for `key` or `-key`; an unknown key falls back to the default sort."""
        column = cls.column(sort.lstrip("-"))
        if column is None or not column.sort:
            return cls.ordering(cls.default_sort) if cls.default_sort and sort != cls.default_sort else ()
        names = column.orderings
        if sort.startswith("-"):
            names = tuple(name[1:] if name.startswith("-") else f"-{name}" for name in names)
        return names

    def body(self, rows: Iterable[Any], columns: Sequence[Column], *, pick: bool, picked: frozenset[str]) -> SafeString:
        """Write the rows as one safe string."""
        opened = _openings(columns)
        out: list[str] = []
        for row in rows:
            key = conditional_escape(row.pk)
            on = str(row.pk) in picked
            classes = ("is-off " if self.tone(row) == "off" else "") + ("is-picked" if on else "")
            out.append(f'<tr role="row" class="{classes.strip()}" data-href="{conditional_escape(self.url(row))}">')
            if pick:
                label = conditional_escape(self.name(row))
                out.append(
                    f'<td class="tick" role="cell"><input type="checkbox" class="pick" name="pick" form="bulk" '
                    f'value="{key}" aria-label="Select {label}"{" checked" if on else ""}></td>'
                )
            for column, (start, end) in zip(columns, opened, strict=True):
                out.append(f"{start}{conditional_escape(column.draw(row))}{end}")
            out.append("</tr>")
        return mark_safe("".join(out))


def _openings(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Return the tags around each column's cells; on a phone only lead and `phone` columns stay, in two columns."""
    made: list[tuple[str, str]] = []
    beside = 0
    for column in columns:
        classes = ["num"] if column.numeric else []
        if column.wrap:
            classes.append("wrap")
        if column.lead:
            made.append((f'<th scope="row" role="rowheader" class="name {" ".join(classes)}"><span>', "</span></th>"))
            continue
        if column.phone:
            beside += 1
            if beside % 2:
                classes.append("at-end")
        else:
            classes.append("col-2")
        label = conditional_escape(column.label)
        made.append((f'<td role="cell" class="{" ".join(classes)}" data-label="{label}"><span>', "</span></td>"))
    return made
