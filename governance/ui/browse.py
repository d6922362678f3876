"""What somebody sees of a list at the moment, read from the address and written back to it.

The address is the only place where filters, order, columns and page are kept, so every view can be sent to others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import (
    CheckboxSelectMultiple,
    Field,
    ModelChoiceField,
    ModelMultipleChoiceField,
    NullBooleanField,
    NullBooleanSelect,
    Select,
)
from django.http import QueryDict

from governance.core.errors import Invalid
from governance.ui.tables import Column, Table

OWN = ("sort", "cols", "page", "after", "before", "view", "choose")
ANSWERS = ("true", "false", "unknown")
"""What a yes-or-no filter may say; `unknown` stands for either."""


@dataclass(frozen=True)
class Option:
    """One value that a filter offers."""

    value: str
    label: str
    on: bool


@dataclass(frozen=True)
class Pill:
    """One filter as the bar shows it: set (with a link that removes it) or offered."""

    name: str
    label: str
    shown: str
    off_url: str
    choose_url: str
    options: list[Option]
    many: bool
    lazy: bool
    inputs: Any = None

    @property
    def on(self) -> bool:
        """Whether the filter is set."""
        return bool(self.shown)


class Browse:
    """The state of one list page: which rows, in which order, with which columns."""

    def __init__(self, params: QueryDict, table: Table, filters: django_filters.FilterSet | None) -> None:
        self.params, self.table, self.filters = params, table, filters
        if filters is not None:
            filters.form.is_valid()  # fills cleaned_data; what is not valid is left out and said
        self.sort = self._sort()
        keys = params.get("cols", "")
        self.columns: list[Column] = table.chosen(keys.split(",") if keys else ())
        self.view = params.get("view", "")
        self.choose = params.get("choose", "")

    def _sort(self) -> str:
        asked = self.params.get("sort", "")
        column = self.table.column(asked.lstrip("-"))
        return asked if column and column.sort else self.table.default_sort

    @property
    def q(self) -> str:
        """The words searched for."""
        return self.params.get("q", "")

    @property
    def searchable(self) -> bool:
        """Whether the list has a search field."""
        return bool(self.filters and "q" in self.filters.filters)

    def url(self, **changes: Any) -> str:
        """Return the address with parameters changed; None removes one. Paging starts anew unless it is what changes."""
        query = self.params.copy()
        for name in ("page", "after", "before", "choose"):
            query.pop(name, None)
        for name, value in changes.items():
            query.pop(name, None)
            if isinstance(value, list):
                query.setlist(name, value)
            elif value not in (None, ""):
                query[name] = str(value)
        return "?" + self._clean(query)

    @staticmethod
    def _clean(query: QueryDict) -> str:
        for name in list(query):
            kept = [value for value in query.getlist(name) if value != ""]
            if kept:
                query.setlist(name, kept)
            else:
                del query[name]
        return query.urlencode(safe=",")

    @property
    def query(self) -> str:
        """The address' parameters without empty ones and without paging, as views and exports keep them."""
        return self.url()[1:]

    def rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the filtered rows in order; the primary key breaks ties, so that pages never repeat a row."""
        found = self.filtered(queryset)
        return found.order_by(*self.table.ordering(self.sort), "pk")

    def filtered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that pass all filters."""
        if self.filters is None:
            return queryset
        self.filters.queryset = queryset
        return self.filters.qs

    def sort_url(self, column: Column) -> str:
        """Return where a click on a column's head leads: ascending, then descending."""
        return self.url(sort=f"-{column.key}" if self.sort == column.key else column.key)

    def direction(self, column: Column) -> str:
        """Return aria-sort of a column, or nothing."""
        if self.sort.lstrip("-") != column.key:
            return ""
        return "descending" if self.sort.startswith("-") else "ascending"

    @property
    def complaints(self) -> list[str]:
        """Say which parts of the address were left out and why; nothing is dropped without a word."""
        said = self.left_out
        asked = self.params.get("sort", "")
        if asked and self.sort != asked:
            said.append(f"The list cannot be sorted by “{asked[:60]}”; it is sorted as usual.")
        wanted = [key for key in self.params.get("cols", "").split(",") if key]
        if strange := [key for key in wanted if self.table.column(key) is None]:
            said.append(f"There is no column “{', '.join(strange)[:100]}” here.")
        return said

    @property
    def left_out(self) -> list[str]:
        """Say which filters were left out and why: with one of these the list holds more than was asked for."""
        known = {*OWN, *(name for filter_name in self._names() for name in self._params_of(filter_name))}
        said = [f"Nothing called “{name}” can be filtered here; it was left out." for name in self.params if name not in known]
        if self.filters is None:
            return said
        form = self.filters.form
        for name, errors in form.errors.items():
            said.append(f"{form.fields[name].label or name}: {' '.join(errors)} This filter was left out.")
        for name, field in form.fields.items():
            value = self.params.get(name, "")
            if isinstance(field, NullBooleanField) and value and value not in ANSWERS and form.cleaned_data.get(name) is None:
                said.append(f"{field.label or name}: “{value[:60]}” is neither true nor false. This filter was left out.")
        return said

    def require_clear(self) -> None:
        """Refuse to act on rows that the filters were meant to keep out. Raises Invalid where a filter was left out."""
        if said := self.left_out:
            raise Invalid(" ".join(said), fix="Correct the filter in the list first; nothing was done.", code="unclear-filter")

    def _names(self) -> Iterable[str]:
        return self.filters.filters if self.filters else ()

    def _params_of(self, name: str) -> list[str]:
        field = self.filters.form.fields[name]  # type: ignore[union-attr]
        suffixes = getattr(field.widget, "suffixes", None)
        return [f"{name}_{suffix}" if suffix else name for suffix in suffixes] if suffixes else [name]

    def pills(self) -> list[Pill]:
        """Return the filters for the bar, those that are set first."""
        made = [self.pill(name) for name in self._names() if name != "q"]
        return sorted(made, key=lambda pill: not pill.on)

    def pill(self, name: str, everything: bool = False) -> Pill:
        """Return one filter with its options. Long lists of people or things are fetched when opened (`everything`)."""
        form = self.filters.form  # type: ignore[union-attr]
        field = form.fields[name]
        bound = form[name]
        offers = isinstance(field.widget, (Select, CheckboxSelectMultiple, NullBooleanSelect))
        lazy = isinstance(field, (ModelChoiceField, ModelMultipleChoiceField)) and not everything and name != self.choose
        chosen = set(self.params.getlist(name))
        return Pill(
            name=name,
            label=str(field.label or bound.label),
            shown=self._said(name, field),
            off_url=self.url(**dict.fromkeys(self._params_of(name))),
            choose_url=self.url(choose=name),
            options=list(_options(field, chosen, form.cleaned_data.get(name), lazy)) if offers else [],
            many=isinstance(field.widget, CheckboxSelectMultiple) or getattr(field.widget, "allow_multiple_selected", False),
            lazy=lazy,
            inputs=None if offers else bound,
        )

    def _said(self, name: str, field: Field) -> str:
        """Return the set value in words, or nothing when the filter is not set."""
        form = self.filters.form  # type: ignore[union-attr]
        if name not in form.cleaned_data:
            return ""
        value = form.cleaned_data[name]
        if value in (None, "", [], ()) or not any(self.params.get(param) for param in self._params_of(name)):
            return ""
        return _in_words(field, value)


def _options(field: Field, chosen: set[str], value: Any, lazy: bool) -> Iterable[Option]:
    if lazy:
        objects = [value] if hasattr(value, "pk") else list(value or ()) if not isinstance(value, str) else []
        for item in objects:
            if hasattr(item, "pk"):
                yield Option(str(field.prepare_value(item)), field.label_from_instance(item), True)  # type: ignore[attr-defined]
        return
    for key, label in _flat(getattr(field, "choices", ())):
        if str(key) != "":
            yield Option(str(key), str(label), str(key) in chosen)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield getattr(key, "value", key), label


def _in_words(field: Field, value: Any) -> str:
    if isinstance(value, slice):
        ends = [("from", value.start), ("to", value.stop)]
        return " ".join(f"{word} {_plain(end)}" for word, end in ends if end not in (None, ""))
    labels = (
        {str(key): str(label) for key, label in _flat(getattr(field, "choices", ()))} if not hasattr(field, "queryset") else {}
    )
    values = value if isinstance(value, (list, tuple)) or hasattr(value, "model") else [value]
    words = []
    for item in values:
        named = field.label_from_instance(item) if hasattr(field, "label_from_instance") and hasattr(item, "pk") else None
        words.append(named or labels.get(str(item)) or _plain(item))
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%-d %b %Y}" if hasattr(value, "strftime") else str(value)
