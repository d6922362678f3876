"""Bases of resources: rows come from `visible_to`, writes go to actions, answers are compiled."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from governance.api import filtering
from governance.api.base import ApiView
from governance.api.etags import etag_of
from governance.api.output import Output
from governance.api.pagination import PARAMETERS, KeysetPagination
from governance.core.errors import NotVisible


class Resource(ApiView, GenericViewSet[Any]):
    """One kind of object. Subclasses say the model, the Output, and what can be filtered and sorted."""

    model: ClassVar[type[Model]]
    serializer_class: Any = None
    list_serializer_class: Any = None
    filterset_class: Any = None
    filter_backends = (filtering.StrictFilterBackend,)
    pagination_class = KeysetPagination
    ordering_fields: ClassVar[Mapping[str, Any]] = {}
    ordering: ClassVar[str] = ""
    related: ClassVar[Sequence[str]] = ()
    lookup_value_regex = "[^/]+"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            cls.queryset = cls.model._default_manager.none()
            default = cls.ordering.removeprefix("-")
            if default and default not in cls.ordering_fields:
                raise ImproperlyConfigured(f"{cls.__name__}.ordering must be one of its ordering_fields")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the caller may see; the only door to them."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        manager: Any = self.model._default_manager
        rows = manager.visible_to(self.request.user)
        return rows.select_related(*self.related) if self.related else rows

    def get_object(self) -> Any:
        """Return the object of the address. Raises NotVisible."""
        name = self.lookup_url_kwarg or self.lookup_field
        try:
            found = self.get_queryset().filter(**{self.lookup_field: self.kwargs[name]}).first()
        except (TypeError, ValueError, ValidationError, DataError):  # an id that cannot be one
            found = None
        if found is None:
            raise NotVisible("There is no such thing, or you may not know of it.")
        return found

    def address_of(self, obj: Any) -> str:
        """Return the address of an object of this collection."""
        base = self.request.path.rstrip("/")
        return self.request.build_absolute_uri(f"{base}/{getattr(obj, self.lookup_field)}")

    def declared_ordering(self) -> Mapping[str, Any]:
        """Return what the list at hand can be sorted by."""
        operation = self.operation()
        return operation.ordering_fields if operation else self.ordering_fields

    def default_sort(self) -> str:
        """Return how the list at hand is sorted without a wish."""
        operation = self.operation()
        return operation.ordering if operation else self.ordering

    def shown_filterset(self) -> Any:
        """Return the FilterSet of the list at hand."""
        operation = self.operation()
        return operation.filterset_class if operation else self.filterset_class

    def is_list(self) -> bool:
        """Whether the request at hand answers pages."""
        operation = self.operation()
        return operation.kind == "list" if operation else self.action == "list"

    def known_parameters(self) -> Sequence[str]:
        """Name the query parameters: filters and paging on lists, and what the endpoint declares."""
        declared = super().known_parameters()
        return [*filtering.parameters(self.shown_filterset()), *PARAMETERS, *declared] if self.is_list() else declared

    def page(self, queryset: QuerySet[Any], output: Any = None) -> Response:
        """Answer one page of a queryset, filtered and sorted as asked."""
        filterset = self.shown_filterset()
        if filterset is not None:
            queryset = filtering.apply(filterset, self.request, queryset)
        paginator = KeysetPagination()
        page = paginator.page(queryset, self.request, self.declared_ordering(), self.default_sort())
        results = self.represent(page.rows, output or self.list_output(), many=True)
        body, headers = paginator.body(page, results, self.request)
        return Response(body, headers=headers)

    def list_output(self) -> Any:
        """Return what a row of the list shows."""
        return self.list_serializer_class or self.serializer_class

    def represent(self, data: Any, output: Any = None, *, many: bool = False) -> Any:
        """Return objects as plain values; plain values stay as they are."""
        output = output or self.serializer_class
        context = self.get_serializer_context()
        if isinstance(output, type) and issubclass(output, Output):
            rows = list(data) if many else [data]
            if rows and not isinstance(rows[0], Mapping):
                dumped = output.dump(rows, context)
                return dumped if many else dumped[0]
            return rows if many else rows[0]
        return output(data, many=many, context=context).data if isinstance(output, type) else data


class ReadViewSet(Resource):
    """A resource that is read: pages of it, and each one with an ETag."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer a page."""
        return self.page(self.get_queryset())

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one object."""
        found = self.get_object()
        response = Response(self.represent(found))
        tag = etag_of(found)
        if tag:
            response["ETag"] = tag
        return response


class ActionViewSet(ReadViewSet):
    """A resource that is also written. Methods are declared with governance.api.operations and call actions."""

    @property
    def actor(self) -> Any:
        """The person or service account that acts."""
        return self.request.user
