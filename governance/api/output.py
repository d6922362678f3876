"""What the API shows of an object: declared as serializer fields, compiled once into a plain function.

REST framework binds and copies every field for every request and asks each field for each row. `Output` works out once
how each field is read and written, so a row costs little more than building its dict. What is answered is the same.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from rest_framework import serializers

Reader = Callable[[Any, "Output"], Any]
_AS_THEY_ARE = (
    serializers.IntegerField,
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.JSONField,
)


class Output(serializers.ModelSerializer[Any]):
    """Base of what is shown. Fields are the same for every reader; what a reader may not see is left out of the rows."""

    _plan: ClassVar[tuple[tuple[str, Reader], ...] | None] = None

    @classmethod
    def plan(cls) -> tuple[tuple[str, Reader], ...]:
        """Return each field's name and how it is read, worked out on first use."""
        if "_plan" not in cls.__dict__ or cls._plan is None:
            fields = cls().fields
            cls._plan = tuple((name, _reader(field)) for name, field in fields.items() if not field.write_only)
        return cls._plan

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; those that lead through a relation or column that may be empty may be null."""
        fields = super().get_fields()
        model = getattr(getattr(self, "Meta", None), "model", None)
        for name, field in fields.items():
            if model is not None and not isinstance(field, serializers.SerializerMethodField):
                field.allow_null = field.allow_null or may_be_empty(model, str(field.source or name))
        return fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return one object as plain values."""
        return {name: read(instance, self) for name, read in self.plan()}

    @classmethod
    def dump(cls, rows: Iterable[Any], context: dict[str, Any]) -> list[dict[str, Any]]:
        """Return many objects as plain values."""
        bound, plan = cls(context=context), cls.plan()
        return [{name: read(row, bound) for name, read in plan} for row in rows]


def may_be_empty(model: type[models.Model], source: str) -> bool:
    """Whether a dotted path can end in nothing: a column that is NULL, or a relation that is not set."""
    reached: Any = model
    for part in source.split("."):
        try:
            column = reached._meta.get_field(part)
        except (AttributeError, FieldDoesNotExist):
            return False
        if column.null if column.concrete else column.one_to_one:
            return True
        reached = column.related_model
    return False


def utc(value: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, whatever the reader's time zone."""
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _reader(field: Any) -> Reader:
    if isinstance(field, serializers.SerializerMethodField):
        name = field.method_name
        return lambda row, output: getattr(output, name)(row)
    if isinstance(field, serializers.HiddenField):
        raise TypeError(f"{field.field_name}: a hidden field shows nothing and has no place in an Output")
    get = _getter(field)
    write = _writer(field)
    if write is None:
        return lambda row, output: get(row)

    def read(row: Any, output: Output) -> Any:
        value = get(row)
        return None if value is None else write(value, output)

    return read


def _getter(field: Any) -> Callable[[Any], Any]:
    """Return how a field's value is found. A relation that is not set reads as None; a name that does not exist raises."""
    if field.source == "*":
        return lambda row: row
    path = ".".join(field.source_attrs)
    if type(field) is serializers.PrimaryKeyRelatedField and field.pk_field is None:
        path = _key_path(field, path)
    if "." not in path:
        return _called(attrgetter(path), field)
    parts = path.split(".")

    def follow(row: Any) -> Any:
        for part in parts:
            try:
                row = getattr(row, part)
            except ObjectDoesNotExist:
                return None
            if row is None:
                return None
        return row() if callable(row) else row

    return follow


def _key_path(field: Any, path: str) -> str:
    """A foreign key's own column tells the key without fetching what it points to."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    if model is None or "." in path:
        return path + ".pk"
    relation = model._meta.get_field(path)
    return relation.attname if isinstance(relation, models.ForeignKey) else path + ".pk"


def _called(get: Callable[[Any], Any], field: Any) -> Callable[[Any], Any]:
    def found(row: Any) -> Any:
        try:
            value = get(row)
        except ObjectDoesNotExist:
            return None
        return value() if callable(value) and not isinstance(value, models.Manager) else value

    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    concrete = {column.attname for column in model._meta.concrete_fields} if model else set()
    return get if field.source in concrete or field.source.endswith("_id") else found


def _writer(field: Any) -> Callable[[Any, Output], Any] | None:
    """Return how a value is written, or None where it already is what JSON holds."""
    kind = type(field)
    if isinstance(field, Output):
        plan = type(field).plan
        return lambda value, output: {name: read(value, output) for name, read in plan()}
    if isinstance(field, serializers.ListSerializer) and isinstance(field.child, Output):
        child = type(field.child)
        return lambda value, output: child.dump(value.all() if isinstance(value, models.Manager) else value, output.context)
    if kind is serializers.DateTimeField:
        return lambda value, output: utc(value)
    if kind is serializers.DateField:
        return lambda value, output: _day(value)
    if kind is serializers.PrimaryKeyRelatedField:
        return None
    if kind.to_representation in {base.to_representation for base in _AS_THEY_ARE}:
        return None
    return lambda value, output: field.to_representation(value)


def _day(value: date) -> str:
    return (value.date() if isinstance(value, datetime) else value).isoformat()
