"""Figures of incidents over REST, and as CSV."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from governance.api.operations import downloads, reads
from governance.api.viewsets import Resource
from incidents.cases.models import Incident
from incidents.figures import reading
from incidents.figures.counting import Figures
from incidents.figures.views import csv_response

PARAMETERS = [
    OpenApiParameter("period", str, enum=list(reading.PERIODS), description="Days up to today; 90 when left out."),
    OpenApiParameter("from", str, description="First day (UTC), such as 2026-10-01; instead of a period."),
    OpenApiParameter("to", str, description="Last day (UTC)."),
    OpenApiParameter("tier", str, description="0 to 4."),
    OpenApiParameter("category", str, description="Key of a kind of incident."),
    OpenApiParameter("severity", str, description="SEV1, SEV2, …"),
    OpenApiParameter("team", str, description="Number of a team."),
    OpenApiParameter("vendor", str, description="Number of a vendor."),
    OpenApiParameter("surface", str, description="Number of a surface."),
]


class SpanOutput(serializers.Serializer[Any]):
    """One length of time over the incidents that have it; nearest rank, in seconds."""

    key = serializers.CharField()
    name = serializers.CharField(source="kind.name")
    means = serializers.CharField(source="kind.means")
    count = serializers.IntegerField()
    median = serializers.IntegerField(allow_null=True)
    p90 = serializers.IntegerField(allow_null=True)


class LineOutput(serializers.Serializer[Any]):
    """Incidents and near misses of one value."""

    key = serializers.SerializerMethodField(help_text="What the filter of incidents takes; empty for none.")
    label = serializers.CharField()  # type: ignore[assignment]  # the name of the answer's field
    incidents = serializers.IntegerField(source="real")
    near_misses = serializers.IntegerField(source="near")
    hurt = serializers.IntegerField(help_text="Incidents that misled or hurt somebody (user harm 2 and more).")

    def get_key(self, line: Any) -> str:
        """Return the key as text."""
        return "" if line.key is None else str(line.key)


class GroupOutput(serializers.Serializer[Any]):
    """Incidents counted by one thing."""

    key = serializers.CharField()
    lines = LineOutput(many=True)


class CellOutput(serializers.Serializer[Any]):
    """Incidents of one user harm and blast radius."""

    user_harm = serializers.IntegerField()
    blast_radius = serializers.IntegerField()
    incidents = serializers.IntegerField()


class MonthOutput(serializers.Serializer[Any]):
    """What was reported in one month."""

    month = serializers.CharField()
    incidents = serializers.IntegerField()
    near_misses = serializers.IntegerField()


class FiguresOutput(serializers.Serializer[Any]):
    """All figures of a period, of the incidents that the caller sees."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="Up to this moment, exclusive.")
    incidents = serializers.IntegerField(source="real")
    near_misses = serializers.IntegerField(source="near")
    near_miss_rate = serializers.FloatField(source="near_rate", allow_null=True)
    repeats = serializers.IntegerField(source="repeated")
    repeat_rate = serializers.FloatField(allow_null=True)
    times = SpanOutput(many=True, source="spans")
    groups = GroupOutput(many=True)
    harm = serializers.SerializerMethodField()
    months = serializers.SerializerMethodField()

    @extend_schema(responses=CellOutput(many=True))
    def get_harm(self, figures: Figures) -> list[dict[str, int]]:
        """Return user harm by blast radius, where there is any."""
        return [{"user_harm": h, "blast_radius": r, "incidents": n} for (h, r), n in sorted(figures.harm.items())]

    @extend_schema(responses=MonthOutput(many=True))
    def get_months(self, figures: Figures) -> list[dict[str, Any]]:
        """Return each month."""
        return [{"month": month, "incidents": real, "near_misses": near} for month, real, near in figures.months]


class FiguresApi(Resource):
    """How fast incidents are answered, whom they harm, what nearly happened and what comes back."""

    model = Incident
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    @extend_schema(operation_id="incident_figures_read")
    @reads("", output=FiguresOutput, detail=False, parameters=PARAMETERS)
    def list(self) -> Figures:
        """The figures of a period."""
        return reading.of(self.request.user, reading.asked_for(self.request.query_params), self.request)

    @downloads("csv", "text/csv", detail=False, parameters=PARAMETERS)
    def csv(self) -> StreamingHttpResponse:
        """The same as a CSV file, a figure in each row."""
        asked = reading.asked_for(self.request.query_params)
        return csv_response(asked, reading.of(self.request.user, asked, self.request))
