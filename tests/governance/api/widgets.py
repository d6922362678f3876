"""A small resource that only exists in tests: every kind of endpoint over one table."""

from typing import Any

import django_filters
from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.urls import include, path
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api import urls as api_urls
from governance.api.input import Input, Name, Nested, Prose, ReasonInput
from governance.api.operations import acts, creates, deletes, downloads, lists, reads, updates
from governance.api.output import Output
from governance.api.routes import ResourceRouter
from governance.api.viewsets import ActionViewSet, ReadViewSet
from governance.core.errors import Conflict, Denied, Invalid, StaleState


class WidgetQuerySet(models.QuerySet["Widget"]):
    """Rows by reader."""

    def visible_to(self, user: Any) -> "WidgetQuerySet":
        """Hidden widgets are for nobody."""
        return self.filter(hidden=False)


class Widget(models.Model):
    """A thing with a version, an owner who may be missing, and a few sortable columns."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    size = models.IntegerField(default=0)
    weight = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    colour = models.CharField(max_length=10, choices=[("red", "Red"), ("blue", "Blue")], default="red")
    made_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    tags = models.JSONField(default=list)
    hidden = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = WidgetQuerySet.as_manager()

    class Meta:
        app_label = "api_tests"

    def __str__(self) -> str:
        return self.key


class WidgetFilters(django_filters.FilterSet):
    """What widgets are filtered by."""

    q = django_filters.CharFilter(method="find", label="Words")
    big = django_filters.BooleanFilter(method="by_size")
    owner = django_filters.CharFilter(field_name="owner__ref")
    size = django_filters.RangeFilter()

    class Meta:
        model = Widget
        fields = ["colour", "size", "day"]

    def find(self, queryset: Any, name: str, value: str) -> Any:
        """Search the name."""
        assert self.request is not None
        return queryset.filter(name__icontains=value)

    def by_size(self, queryset: Any, name: str, value: bool) -> Any:
        """Ten and more is big."""
        return queryset.filter(size__gte=10) if value else queryset.filter(size__lt=10)


class OwnerOutput(Output):
    """Whose it is."""

    class Meta:
        model = Widget._meta.get_field("owner").related_model
        fields = ("ref", "name")


class WidgetOutput(Output):
    """A widget."""

    owner = OwnerOutput()
    owner_ref = serializers.CharField(source="owner.ref", allow_null=True)
    shout = serializers.SerializerMethodField()

    class Meta:
        model = Widget
        fields = (
            "id", "key", "name", "size", "weight", "colour", "made_at", "day", "owner", "owner_ref", "tags", "shout", "version",
        )  # fmt: skip

    def get_shout(self, widget: Widget) -> str:
        """The name, loudly, and for whom."""
        return f"{widget.name.upper()} for {self.context['request'].user.pk}"


class PartInput(Nested):
    """A part of a widget."""

    name = Name()
    count = serializers.IntegerField(min_value=0, max_value=1000)


class WidgetInput(Input):
    """What a widget is made with."""

    key = serializers.SlugField(max_length=40)
    name = Name(max_length=60)
    size = serializers.IntegerField(required=False, min_value=-1000, max_value=1000)
    colour = serializers.ChoiceField(choices=["red", "blue"], required=False)
    notes = Prose(required=False)
    urgent = serializers.BooleanField(required=False)
    parts = PartInput(many=True, required=False)
    example = {"key": "w-1", "name": "First widget"}


class UploadInput(Input):
    """A file."""

    file = serializers.FileField()
    title = Name(required=False)


class CountOutput(serializers.Serializer[Any]):
    """A number."""

    count = serializers.IntegerField()


class WidgetApi(ActionViewSet):
    """Widgets, for tests."""

    model = Widget
    serializer_class = WidgetOutput
    filterset_class = WidgetFilters
    ordering_fields = {"name": "name", "size": "size", "weight": "weight", "made_at": "made_at", "owner": "owner__name"}
    ordering = "name"
    related = ("owner",)
    lookup_field = "key"
    required_scopes = {"read": ("widgets:read",), "write": ("widgets:write",)}

    @creates(WidgetInput)
    def create(self, data: dict[str, Any]) -> Widget:
        """Make a widget."""
        data = {name: value for name, value in data.items() if name not in ("notes", "urgent", "parts")}
        if Widget.objects.filter(key=data["key"]).exists():
            raise Conflict("This key is taken.", fix="Choose another.")
        return Widget.objects.create(**data)

    @updates(WidgetInput)
    def partial_update(self, widget: Widget, data: dict[str, Any], expected_version: int | None) -> Widget:
        """Change a widget."""
        if data.get("name") == "race":
            raise StaleState("Somebody else was faster.", fix="Read it again.")
        for name in ("name", "size", "colour"):
            setattr(widget, name, data.get(name, getattr(widget, name)))
        widget.version += 1
        widget.save()
        return widget

    @deletes()
    def destroy(self, widget: Widget, expected_version: int | None) -> None:
        """Remove a widget."""
        widget.delete()

    @acts("paint", ReasonInput, scopes=("widgets:paint",))
    def paint(self, widget: Widget, data: dict[str, Any], expected_version: int | None) -> Widget:
        """Paint a widget blue."""
        if data["reason"] == "forbidden":
            raise Denied("Only painters paint.", fix="Ask one.", grantors=["Painter"])
        if data["reason"] == "invalid":
            raise Invalid("That does not work.", fields={"reason": ["Not this one."]})
        if data["reason"] == "crash":
            raise ZeroDivisionError("secret detail")
        widget.colour = "blue"
        widget.version += 1
        widget.save()
        return widget

    @acts("uploads", UploadInput, detail=False, upload=True, output=CountOutput, status=202)
    def upload(self, data: dict[str, Any]) -> dict[str, int]:
        """Take a file."""
        return {"count": data["file"].size}

    @acts("tokens", detail=False, output=CountOutput, secret=True, status=201)
    def make_secret(self, data: dict[str, Any]) -> dict[str, int]:
        """Answer something that is shown once."""
        return {"count": 42}

    @reads("summary", output=CountOutput)
    def summary(self, widget: Widget) -> dict[str, int]:
        """A widget in figures."""
        return {"count": widget.size}

    @acts("summary", ReasonInput, method="put", output=CountOutput)
    def set_summary(self, widget: Widget, data: dict[str, Any], expected_version: int | None) -> dict[str, int]:
        """Set the figures."""
        return {"count": 1}

    @lists("siblings", output=WidgetOutput, ordering_fields={"size": "size"}, ordering="-size")
    def siblings(self, widget: Widget) -> Any:
        """Widgets of the same colour."""
        return Widget.objects.visible_to(self.actor).filter(colour=widget.colour).select_related("owner")

    @downloads(
        "sheet",
        "text/csv; charset=utf-8",
        parameters=[
            OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": 90}),
            OpenApiParameter("kind", str, enum=["short", "long"]),
        ],
    )
    def sheet(self, widget: Widget) -> HttpResponse:
        """A file."""
        return HttpResponse(f"{widget.key}\r\n", content_type="text/csv")


class WidgetReader(ReadViewSet):
    """Widgets to read only."""

    model = Widget
    serializer_class = WidgetOutput
    ordering_fields = {"key": "key"}
    ordering = "key"
    required_scopes = {"read": ("widgets:read",), "write": ("widgets:write",)}


router = ResourceRouter()
router.register_resource("widgets", WidgetApi, "widgets")
router.register_resource("read-only-widgets", WidgetReader, "read-only-widgets")
urlpatterns = [
    path("api/", include(([path("v1/", include(router.urls)), *api_urls.urlpatterns], "api"))),
    path("", include("governance.ui.urls")),
]
