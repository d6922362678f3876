"""Observations by REST: a batch of items, or a table. What is refused comes back with its reason; the rest is stored."""

from typing import Any, cast

from rest_framework import serializers

from governance.api.input import Input
from governance.api.operations import acts
from governance.api.viewsets import Resource
from governance.people.models import User
from registry.usage.calls import Stored
from registry.usage.models import UsagePath
from registry.usage.ways import taking

MOST = 5_000


class ObservationsInput(Input):
    """Observations, each read by itself. docs/observations.md lists the fields."""

    observations = serializers.ListField(
        child=serializers.JSONField(),
        min_length=1,
        max_length=MOST,
        help_text="Each: at, key (or trace_id and span_id), model or tool, and what else is known of the call.",
    )
    example = {
        "observations": [
            {
                "at": "2026-03-14T09:30:00Z",
                "key": "call-81724",
                "surface": "S-0418",
                "provider": "meridian",
                "model": "meridian-2.1-large",
                "region": "eu-central",
                "data_classes": ["internal"],
                "tokens_in": 1180,
                "tokens_out": 64,
                "latency_ms": 840,
                "outcome": "ok",
            }
        ]
    }


class TableInput(Input):
    """A table of observations."""

    file = serializers.FileField(help_text="CSV or XLSX; its columns are named as the fields of an observation.")


class RefusalOutput(serializers.Serializer[Any]):
    """One that is not stored."""

    place = serializers.IntegerField(help_text="Its place in the batch, from 0.")
    reason = serializers.CharField()
    message = serializers.CharField()


class StoredOutput(serializers.Serializer[Any]):
    """What became of a batch, once it is durable."""

    batch = serializers.IntegerField()
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField(help_text="Those that were there already.")
    refused = RefusalOutput(many=True)


class TableOutput(serializers.Serializer[Any]):
    """What became of a table, once it is durable."""

    batch = serializers.IntegerField(source="stored.batch")
    rows = serializers.IntegerField(source="given")
    stored = serializers.IntegerField(source="stored.stored")
    duplicates = serializers.IntegerField(source="stored.duplicates")
    refused = serializers.SerializerMethodField()
    refused_csv = serializers.CharField(source="refused", help_text="The refused rows as they were sent, each with its reason.")

    def get_refused(self, taken: taking.Taken) -> list[dict[str, Any]]:
        """Return the refused rows by their number in the file."""
        return [{"row": row, "message": message} for row, message in taken.told]


class ObservationApi(Resource):
    """What models really did, told by programs that speak no OpenTelemetry (those that do post to /v1/traces)."""

    model = UsagePath
    required_scopes = {"read": ("usage:read",), "write": ("usage:write",)}

    @acts("", ObservationsInput, output=StoredOutput, detail=False)
    def create(self, data: dict[str, Any]) -> Stored:
        """Store a batch of observations: those that are good are stored, the others come back with their reasons."""
        return taking.take(data["observations"], actor=cast("User", self.request.user))

    @acts("tables", TableInput, output=TableOutput, detail=False, upload=True)
    def upload(self, data: dict[str, Any]) -> taking.Taken:
        """Store a table of observations; refused rows come back as CSV with their reasons."""
        file = data["file"]
        return taking.take_table(file.read(), file.name, actor=cast("User", self.request.user))
