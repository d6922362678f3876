"""The list's own FilterSet, read strictly and prepared once per class.

Building a FilterSet and its form for each request is the larger part of a small list call elsewhere. Here the filters
and their form fields are made once; a request copies only the filters that it uses. A FilterSet that overrides how it
filters, or has a form of its own, is used in the ordinary way.
"""

import copy
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import FilterSet
from django_filters.filters import QuerySetRequestMixin
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from governance.api.errors import from_fields

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_NUMBER_RANGES = (django_filters.RangeFilter, django_filters.NumericRangeFilter)
_OVERRIDES = ("filter_queryset", "qs", "__init__", "get_form_class")


@dataclass(frozen=True)
class Prepared:
    """The filters of a FilterSet with their form fields, and which filter each query parameter belongs to."""

    filters: dict[str, Any]
    owners: dict[str, str]
    required: frozenset[str]
    ordinary: bool = field(default=False)


@cache
def prepared(filterset_class: Any) -> Prepared:
    """Prepare a FilterSet class once."""
    made = filterset_class(QueryDict(), queryset=filterset_class._meta.model._default_manager.none())
    owners = {}
    for name, filter_ in made.filters.items():
        suffixes = getattr(filter_.field.widget, "suffixes", None)
        for param in [f"{name}_{suffix}" if suffix else name for suffix in suffixes] if suffixes else [name]:
            owners[param] = name
    own = any(getattr(filterset_class, name) is not getattr(FilterSet, name) for name in _OVERRIDES)
    ordinary = own or filterset_class._meta.form is not forms.Form
    required = frozenset(name for name, filter_ in made.filters.items() if filter_.extra.get("required"))
    return Prepared(dict(made.filters), owners, required, ordinary)


def parameters(filterset_class: Any) -> tuple[str, ...]:
    """Name the query parameters that a FilterSet reads."""
    return tuple(prepared(filterset_class).owners) if filterset_class else ()


def apply(filterset_class: Any, request: Request, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows that pass the filters in the query. Raises BadParameters."""
    plan = prepared(filterset_class)
    params = request.query_params
    used = {plan.owners[param] for param in params if param in plan.owners}
    faults = {param: told for param in params if param in plan.owners and (told := _strict(plan, param, params[param]))}
    faults |= dict.fromkeys(plan.required - used, "This filter is required.")
    if faults:
        raise _refusal(faults)
    if plan.ordinary:
        return _ordinary(filterset_class, request, queryset)
    return _quick(filterset_class, plan, used, request, queryset) if used else queryset


def _ordinary(filterset_class: Any, request: Request, queryset: QuerySet[Any]) -> QuerySet[Any]:
    filters = filterset_class(request.query_params, queryset=queryset, request=request)
    if not filters.is_valid():
        raise _refusal({name: list(texts) for name, texts in filters.errors.items()})
    return filters.qs


def _quick(filterset_class: Any, plan: Prepared, used: set[str], request: Request, queryset: QuerySet[Any]) -> QuerySet[Any]:
    parent: Any = filterset_class.__new__(filterset_class)
    parent.is_bound, parent.data, parent.request, parent.form_prefix = True, request.query_params, request, None
    parent.queryset = queryset
    parent.filters = {name: _own_copy(plan.filters[name], parent) for name in used}
    faults: dict[str, Any] = {}
    for name in sorted(used):
        filter_ = parent.filters[name]
        try:
            value = filter_.field.clean(filter_.field.widget.value_from_datadict(request.query_params, {}, name))
        except (ValidationError, OverflowError) as error:
            said = error.messages if isinstance(error, ValidationError) else ["This number is too large."]
            sent = [param for param in request.query_params if plan.owners.get(param) == name]
            faults |= dict.fromkeys(sent or [name], said)
            continue
        queryset = filter_.filter(queryset, value)
    if faults:
        raise _refusal(faults)
    return queryset


def _own_copy(template: Any, parent: FilterSet) -> Any:
    """Copy a filter for one request: method filters ask their parent for the request, some for their choices."""
    made = copy.copy(template)
    made.parent = parent
    if made.method is not None:
        made.method = made.method  # binds the method to this copy instead of the template
    if isinstance(made, QuerySetRequestMixin) and callable(made.queryset):
        made.extra = dict(made.extra)  # `field` writes the rows of this request into it
        made.__dict__.pop("_field", None)
    return made


def _strict(plan: Prepared, param: str, text: str) -> str:
    """Say what is wrong with a value that form fields would take but the schema does not promise."""
    filter_ = plan.filters[plan.owners[param]]
    if isinstance(filter_, django_filters.BooleanFilter):
        return "" if text in ("true", "false") else "Give `true` or `false`."
    plain_text = isinstance(filter_, django_filters.CharFilter)
    if text == "" and not plain_text:
        return "An empty value does not filter. Leave the parameter out, or give a value."
    numeric = isinstance(filter_, django_filters.NumberFilter) or type(filter_) in _NUMBER_RANGES
    if numeric and not _number_pattern(filter_).fullmatch(text):
        return "Give a number." if _number_pattern(filter_) is _NUMBER else "Give a whole number."
    return ""


def _number_pattern(filter_: Any) -> re.Pattern[str]:
    try:
        model_field = filter_.model._meta.get_field(filter_.field_name)
    except FieldDoesNotExist:  # a filter by method or by an annotation has no model field to be stricter with
        return _NUMBER
    return _INTEGER if isinstance(model_field, models.IntegerField) else _NUMBER


def _refusal(faults: dict[str, Any]) -> Exception:
    return from_fields("A filter cannot be read.", faults, "Correct the parameters listed in `errors`.")


class StrictFilterBackend(DjangoFilterBackend):
    """Tells the schema which filters a list has; the viewset applies them through `apply`."""

    def get_filterset_class(self, view: Any, queryset: QuerySet[Any] | None = None) -> Any:
        """Return the FilterSet of the list at hand."""
        return view.shown_filterset()

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Filter by the view's FilterSet."""
        chosen = self.get_filterset_class(view, queryset)
        return apply(chosen, request, queryset) if chosen else queryset
