"""The map over REST: boxes and streams, and the streams as CSV."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from governance.api.operations import downloads, reads
from governance.api.viewsets import Resource
from governance.core.errors import Invalid
from registry.pictures import drawing, queries
from registry.pictures.asking import DAYS, TOGETHER, Asked, MapForm
from registry.pictures.views import csv_response
from registry.surfaces.models import Surface

PARAMETERS = [
    OpenApiParameter("days", str, enum=list(DAYS), description="Calls of so many days up to today (UTC); 7 when left out."),
    OpenApiParameter("team", str, description='Number of a team, or "none".'),
    OpenApiParameter("tier", str, description='0 to 4, or "none".'),
    OpenApiParameter("vendor", str, description="Number of a vendor."),
    OpenApiParameter("data_class", str, description="Key of a data class."),
    OpenApiParameter("by", str, enum=list(TOGETHER), description="How surfaces stand together; as it fits when left out."),
]


class BoxOutput(serializers.Serializer[Any]):
    """One box: what it is called, and how many calls were seen there."""

    key = serializers.CharField(help_text="surface:12, team:3, tier:2, endpoint:meridian-eu, model:…, vendor:4, class:customer.")
    name = serializers.CharField()
    column = serializers.CharField()
    members = serializers.IntegerField(help_text="How many it stands for; 0 where it is one thing.")
    allowed = serializers.BooleanField(help_text="Whether a contract in force leads here.")
    calls = serializers.IntegerField()
    calls_not_approved = serializers.IntegerField()
    calls_unknown = serializers.IntegerField()


class StreamOutput(serializers.Serializer[Any]):
    """From one box to its neighbour."""

    start = serializers.CharField()
    end = serializers.CharField()
    allowed = serializers.BooleanField(help_text="Whether a contract in force allows it.")
    calls = serializers.IntegerField()
    calls_not_approved = serializers.IntegerField()
    calls_unknown = serializers.IntegerField()


class MapOutput(serializers.Serializer[Any]):
    """The map of what the caller sees."""

    since = serializers.DateField()
    until = serializers.DateField(help_text="Included.")
    finding = serializers.CharField()
    surfaces = serializers.IntegerField()
    approved = serializers.IntegerField(help_text="Surfaces with a contract in force.")
    boxes = BoxOutput(many=True)
    streams = StreamOutput(many=True)


class MapApi(Resource):
    """Surfaces, endpoints, vendors and data classes: what contracts allow, and what was seen."""

    model = Surface
    required_scopes = {"read": ("usage:read",), "write": ("usage:write",)}

    @extend_schema(operation_id="map_read")
    @reads("", output=MapOutput, detail=False, parameters=PARAMETERS)
    def list(self) -> dict[str, Any]:
        """The map of some days."""
        asked = self._asked()
        found = queries.read(self.request.user, asked)
        columns = zip(drawing.COLUMNS, found.map.columns, strict=True)
        return {
            "since": asked.since,
            "until": asked.until,
            "finding": drawing.finding(found),
            "surfaces": found.surfaces,
            "approved": found.approved,
            "boxes": [
                {"key": box.key, "name": found.named[box.key].name, "column": name, "members": len(box.tally.members)}
                | _counts(box.tally)
                for name, column in columns
                for box in column
            ],
            "streams": [{"start": each.start, "end": each.end, **_counts(each.tally)} for each in found.map.streams],
        }

    @downloads("csv", "text/csv", detail=False, parameters=PARAMETERS)
    def csv(self) -> StreamingHttpResponse:
        """The streams as a CSV file."""
        return csv_response(self.request.user, self._asked())

    def _asked(self) -> Asked:
        form = MapForm(self.request.user, self.request.query_params)
        asked = form.asked()
        if asked is None:
            raise Invalid(
                "The map cannot be asked this.", fields={name: [str(each) for each in told] for name, told in form.errors.items()}
            )
        return asked


def _counts(tally: Any) -> dict[str, Any]:
    return {
        "allowed": tally.allowed,
        "calls": tally.total,
        "calls_not_approved": tally.calls["not_approved"],
        "calls_unknown": tally.calls["unknown"],
    }
