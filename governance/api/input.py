"""What the API takes: every field is declared, of the type that the schema says, and nothing else comes in."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from governance.api.errors import InvalidBody
from governance.api.problems import pointer
from governance.core.text import MAX_NAME, MAX_TEXT, clean_text

Fault = tuple[str, str, str]
# REST framework would read 1 as "1", "yes" as true and 1.0 as 1; then the same body means two things to two readers.
_TYPES: tuple[tuple[type, tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.IntegerField, (int,), "a whole number"),
    (serializers.FloatField, (int, float), "a number"),
    (serializers.DecimalField, (int, float, str), "a number"),
    (serializers.MultipleChoiceField, (list,), "a list"),
    (serializers.CharField, (str,), "a string"),
    (serializers.DateTimeField, (str,), "a string"),
    (serializers.DateField, (str,), "a string"),
    (serializers.TimeField, (str,), "a string"),
    (serializers.DurationField, (str,), "a string"),
    (serializers.UUIDField, (str,), "a string"),
    (serializers.SlugRelatedField, (str,), "a string"),
    (serializers.PrimaryKeyRelatedField, (int, str), "an id"),
    (serializers.ListSerializer, (list,), "a list"),
    (serializers.ManyRelatedField, (list,), "a list"),
    (serializers.ListField, (list,), "a list"),
    (serializers.DictField, (dict,), "an object"),
    (serializers.Serializer, (dict,), "an object"),
)


class Input(serializers.Serializer[Any]):
    """Base of a body. Its fields are an action's keyword arguments; rules beyond shape are the action's to check."""

    example: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def read(cls, data: Any, *, context: Mapping[str, Any], partial: bool = False) -> dict[str, Any]:
        """Return the checked fields of a body. Raises InvalidBody, naming every fault, or ValidationError."""
        bound = cls(data=data, partial=partial, context=dict(context))
        faults = list(faults_of(bound, data, ()))
        if faults:
            raise InvalidBody(faults)
        bound.is_valid(raise_exception=True)
        return dict(bound.validated_data)


class Nested(serializers.Serializer[Any]):
    """Base of an object inside a body."""


class Name(serializers.CharField):
    """A single line of at most 400 characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_NAME)
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Check length and characters."""
        return _clean(super().run_validation(data))


class Prose(Name):
    """Text of at most 20,000 characters; may be empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TEXT)
        kwargs.setdefault("allow_blank", True)
        super().__init__(**kwargs)


class ReasonInput(Input):
    """A body that only says why."""

    reason = Prose(required=False, default="", max_length=2000, help_text="Why, for the history.")


class NoInput(Input):
    """An empty body."""


def faults_of(serializer: Any, data: Any, path: tuple[Any, ...]) -> Iterator[Fault]:
    """Yield unknown fields and values of another type than declared, however deep."""
    if not isinstance(data, Mapping):
        yield pointer(*path), "Give an object.", "wrong_type"
        return
    fields = {name: field for name, field in serializer.fields.items() if not field.read_only}
    for name, value in data.items():
        if name not in fields:
            known = ", ".join(fields) or "none"
            yield pointer(*path, name), f"There is no such field. The fields are: {known}.", "unknown_field"
        elif value is not None:
            yield from _type_faults(fields[name], value, (*path, name))
    if path:  # PATCH may leave out fields of the object itself, never parts of what it sends whole
        for name, field in fields.items():
            if field.required and name not in data:
                yield pointer(*path, name), "This field is required.", "required"


def _type_faults(field: Any, value: Any, path: tuple[Any, ...]) -> Iterator[Fault]:
    wanted = next(((types, words) for kind, types, words in _TYPES if isinstance(field, kind)), None)
    if isinstance(field, serializers.ChoiceField) and not isinstance(field, serializers.MultipleChoiceField):
        wanted = (tuple({type(key) for key in field.choices} | {str}), "one of the listed values")
    if wanted and (not isinstance(value, wanted[0]) or (isinstance(value, bool) and bool not in wanted[0])):
        yield pointer(*path), f"Give {wanted[1]}.", "wrong_type"
    elif isinstance(field, serializers.Serializer):
        yield from faults_of(field, value, path)
    elif isinstance(field, serializers.ListSerializer | serializers.ListField | serializers.ManyRelatedField):
        child: Any = getattr(field, "child", None) or getattr(field, "child_relation", None)
        for index, inner in enumerate(value):
            if inner is not None:
                yield from _type_faults(child, inner, (*path, index))
    elif isinstance(field, serializers.DictField):
        for name, inner in value.items():
            if inner is not None:
                yield from _type_faults(field.child, inner, (*path, name))


def _clean(text: Any) -> Any:
    if isinstance(text, str):
        try:
            clean_text(text)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages, code=error.code) from error
    return text
