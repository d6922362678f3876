"""Which order a list is in, and what `after this row` means in that order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CompositePrimaryKey, F, Model, Q, QuerySet
from django.db.models.expressions import BaseExpression, OrderBy

from governance.api.errors import from_fields

MAX_KEYS = 3
NOTHING = Q(pk__in=())
Ordering = Mapping[str, str | BaseExpression]


@dataclass(frozen=True)
class SortKey:
    """One column of an order: the path it sorts by, its direction, whether rows may lack it, and its field."""

    path: str
    descending: bool
    nullable: bool
    field: Any

    def order(self, *, backward: bool) -> OrderBy | str:
        """Return the ORDER BY term. Rows without a value come last in both directions (first when read backward)."""
        descending = self.descending != backward
        if not self.nullable:
            return f"-{self.path}" if descending else self.path
        nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        return F(self.path).desc(**nulls) if descending else F(self.path).asc(**nulls)

    def beyond(self, value: Any, *, backward: bool) -> Q:
        """Return the condition of lying strictly past a value."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backward else NOTHING
        lookup = "lt" if self.descending != backward else "gt"
        past = Q(**{f"{self.path}__{lookup}": value})
        return past | Q(**{f"{self.path}__isnull": True}) if self.nullable and not backward else past

    def equal(self, value: Any) -> Q:
        """Return the condition of having the same value."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def read(self, row: Any) -> Any:
        """Return a row's value as JSON can hold it without loss."""
        value = getattr(row, self.path)
        if value is None or isinstance(value, str | int | bool | float):
            return value
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    def parse(self, stored: Any) -> Any:
        """Return a stored value as the database compares it."""
        return None if stored is None else self.field.to_python(stored)


def chosen(asked: str | None, declared: Ordering, default: str) -> str:
    """Check what the caller asked to sort by; without a wish, return the default. Raises BadParameters."""
    if asked is None:
        return default
    names = asked.split(",")
    unknown = [name for name in names if name.removeprefix("-") not in declared]
    if unknown or len(names) > MAX_KEYS or len({name.removeprefix("-") for name in names}) != len(names):
        known = ", ".join(declared) or "nothing"
        told = f"This list sorts by at most {MAX_KEYS} of: {known}. A minus before a name sorts it the other way round."
        raise from_fields("This list cannot be sorted that way.", {"sort": told})
    return asked


def sort_keys(queryset: QuerySet[Any], sort: str, declared: Ordering) -> tuple[QuerySet[Any], list[SortKey]]:
    """Return the queryset, able to tell each row's sort values, and the keys; the primary key ends every order."""
    keys = []
    names = [name for name in sort.split(",") if name]
    for index, name in enumerate(names):
        source = declared[name.removeprefix("-")]
        descending = name.startswith("-")
        if isinstance(source, str) and source.startswith("-"):
            source, descending = source[1:], not descending
        if isinstance(source, str) and "__" not in source and source not in queryset.query.annotations:
            field = queryset.model._meta.pk if source == "pk" else queryset.model._meta.get_field(source)
            keys.append(SortKey(field.attname, descending, field.null, field.target_field if field.is_relation else field))
            continue
        alias = f"sort_{index}"
        queryset = queryset.annotate(**{alias: F(source) if isinstance(source, str) else source})
        field = queryset.query.annotations[alias].output_field
        nullable = not isinstance(source, str) or _nullable(queryset, source)
        keys.append(SortKey(alias, descending, nullable, field))
    descending = bool(keys) and keys[-1].descending
    for part in _parts(queryset.model._meta.pk):
        if part.attname not in {key.path for key in keys}:
            keys.append(SortKey(part.attname, descending, False, part))
    return queryset, keys


def _parts(pk: Any) -> Sequence[Any]:
    """Return the columns of a primary key: one, or those that a composite one is made of."""
    return pk.fields if isinstance(pk, CompositePrimaryKey) else (pk,)


def past(keys: Sequence[SortKey], values: Sequence[Any], *, backward: bool) -> Q:
    """Return the condition of coming after a row in this order: later in the first column, or equal there and so on."""
    condition = NOTHING
    for key, value in reversed(list(zip(keys, values, strict=True))):
        condition = key.beyond(value, backward=backward) | (key.equal(value) & condition)
    return condition


def _nullable(queryset: QuerySet[Any], path: str) -> bool:
    if path in queryset.query.annotations:
        return True
    model: type[Model] = queryset.model
    for part in path.split("__"):
        field: Any = model._meta.get_field(part)
        if field.null or not field.concrete:
            return True
        if field.is_relation:
            model = field.related_model
    return False
