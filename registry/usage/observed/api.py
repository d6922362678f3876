"""What was observed over REST: ways of use, sums by any dimension, single calls, sealed hours and their verification."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import NoInput
from governance.api.operations import acts, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet
from governance.core.errors import Invalid
from registry.surfaces import queries as surfaces
from registry.usage import queries as usage
from registry.usage.models import Observation, SealedHour, Standing, UsagePath
from registry.usage.observed import queries
from registry.usage.observed.tables import PathFilters
from registry.usage.sealing import jobs

SCOPES = {"read": ("usage:read",), "write": ("usage:write",)}
LONGEST = 400
MOST_ROWS = 5_000
BY = (*(name for name in usage.DIMENSIONS if name != "path"), "day")


class PathOutput(Output):
    """One way in which models are really used: what was seen, what it was matched to, and how it stands."""

    key = serializers.CharField(help_text="UP-12")
    surface = serializers.CharField(source="surface.key", allow_null=True)
    endpoint = serializers.CharField(source="endpoint.key", allow_null=True)
    source = serializers.CharField(source="source.key", allow_null=True)
    revision = serializers.CharField(source="revision.key", allow_null=True)
    data_classes = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Logging fields that its tier demands and that it lacks.")
    calls = serializers.IntegerField(help_text="Calls of the last 28 days.")
    cost = serializers.IntegerField(help_text="Their cost in billionths of the company's currency.")
    last_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = UsagePath
        fields = (
            "key", "surface", "endpoint", "revision", "source", "claim", "service", "agent", "feature", "environment",
            "operation", "provider", "model", "endpoint_said", "region", "prompt", "tool", "data_classes", "classes_from",
            "missing", "matched_by", "standing", "reasons", "made_at", "calls", "cost", "last_at",
        )  # fmt: skip

    def get_data_classes(self, obj: UsagePath) -> list[str]:
        """The keys of the classes that it touches."""
        return obj.classes.split()

    def get_missing(self, obj: UsagePath) -> list[str]:
        """The keys of the fields."""
        return obj.missing.split()


class ObservationOutput(Output):
    """One call of a model or a tool."""

    uid = serializers.UUIDField()
    trace = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Observation
        fields = (
            "at", "uid", "trace", "span", "tokens_in", "tokens_out", "tokens_cached", "cost", "latency_ms", "outcome", "task",
            "error", "override_reason", "fingerprint",
        )  # fmt: skip


class SumsOutput(serializers.Serializer[Any]):
    """What calls come to. `of` holds the value of each dimension that was asked for."""

    of = serializers.DictField()
    calls = serializers.IntegerField()
    errors = serializers.IntegerField()
    overridden = serializers.IntegerField()
    refused = serializers.IntegerField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    tokens_cached = serializers.IntegerField()
    cost = serializers.IntegerField(help_text="Billionths of the company's currency, without calls that have no price.")
    unpriced = serializers.IntegerField(help_text="Calls whose price is not known.")
    timed = serializers.IntegerField(help_text="Calls that said how long they took.")
    latency_ms = serializers.IntegerField(help_text="The sum over timed calls.")
    slowest_ms = serializers.IntegerField()
    tasks = serializers.IntegerField()
    tasks_ok = serializers.IntegerField()
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)


class PathApi(ReadViewSet):
    """Ways in which models are really used, matched to what was approved."""

    model = UsagePath
    serializer_class = PathOutput
    filterset_class = PathFilters
    ordering_fields = {"key": "pk", "last_at": "last_at", "calls": "calls"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[UsagePath]:
        """Return those that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return UsagePath.objects.none()
        return queries.listed(self.request.user).select_related("surface", "endpoint", "source", "revision__surface")

    def get_object(self) -> UsagePath:
        """Return that of the address (UP-12)."""
        path = queries.get(self.request.user, self.kwargs["key"])
        return self.get_queryset().filter(pk=path.pk).first() or _emptied(path)

    @lists(
        "observations",
        output=ObservationOutput,
        ordering_fields={"at": "at"},
        ordering="-at",
    )
    def observations(self, path: UsagePath) -> QuerySet[Observation]:
        """Single calls of a way of use, newest first, as long as policy keeps them."""
        return Observation.objects.filter(path=path.pk)

    @reads(
        "sums",
        output=SumsOutput,
        many=True,
        detail=False,
        parameters=[
            OpenApiParameter("from", date, required=True, description="The first day (UTC)."),
            OpenApiParameter("to", date, required=True, description="The last day (UTC), included; 400 days at most."),
            OpenApiParameter("by", str, description=f"Dimensions with commas between: {', '.join(BY)}."),
            OpenApiParameter("standing", str, enum=Standing.values, description="Only calls that stand so."),
            OpenApiParameter("data_class", str, description="Only calls that touch this class."),
            OpenApiParameter("surface", str, description="Only calls of this surface, such as S-0418."),
        ],
    )
    def sums(self) -> list[Mapping[str, Any]]:
        """What calls come to over a period, exact, cut by any dimensions; 5,000 rows at most, most calls first."""
        asked = self.parameters
        start, end, by = asked["from"], asked["to"], _by(asked.get("by", ""))
        if end < start or (end - start).days > LONGEST:
            raise Invalid("This period cannot be answered.", fields={"to": [f"On or after `from`, {LONGEST} days at most."]})
        where = usage.Where(
            standing=[asked["standing"]] if asked.get("standing") else None,
            data_classes=[asked["data_class"]] if asked.get("data_class") else None,
            surfaces=_surface(self.request.user, asked.get("surface", "")),
        )
        rows = usage.sums(self.request.user, start=start, end=end, by=by, where=where)
        return [asdict(row) for row in rows[:MOST_ROWS]]


def _by(text: str) -> list[str]:
    by = [each.strip() for each in text.split(",") if each.strip()]
    if unknown := [each for each in by if each not in BY]:
        raise Invalid("Sums are not cut by that.", fields={"by": [f"{unknown[0][:60]} is not one of {', '.join(BY)}."]})
    return list(dict.fromkeys(by))


def _surface(user: Any, key: str) -> list[int] | None:
    return [surfaces.get(user, key).pk] if key else None


def _emptied(path: UsagePath) -> UsagePath:
    """A way of use from which every call moved elsewhere: it has no figures."""
    for name, value in (("calls", 0), ("cost", 0), ("last_at", None)):
        setattr(path, name, value)
    return path


class SealedHourOutput(Output):
    """All that was received in one hour (UTC), sealed in the ledger."""

    key = serializers.CharField(help_text="2026-11-21T12, in UTC")

    class Meta:
        model = SealedHour
        fields = ("key", "hour", "batches", "observations", "digest", "sealed_at")


class VerificationOutput(serializers.Serializer[Any]):
    """A job that computes a sealed hour again; its page says what was found."""

    job = serializers.IntegerField()
    state = serializers.CharField()


class SealedHourApi(ReadViewSet):
    """Hours of observations, each sealed by one digest; for those who read all."""

    model = SealedHour
    serializer_class = SealedHourOutput
    ordering_fields = {"hour": "hour"}
    ordering = "-hour"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[SealedHour]:
        """Return them."""
        if getattr(self, "swagger_fake_view", False):
            return SealedHour.objects.none()
        return queries.sealed_hours(self.request.user)

    def get_object(self) -> SealedHour:
        """Return that of the address."""
        return queries.sealed_hour(self.request.user, self.kwargs["key"])

    @acts("verification", NoInput, output=VerificationOutput, status=202)
    def verify(self, hour: SealedHour, data: dict[str, Any], expected_version: int | None) -> Mapping[str, Any]:
        """Have a sealed hour computed again from its single observations."""
        job = jobs.ask(hour, owner=self.request.user)
        return {"job": job.pk, "state": job.state}
