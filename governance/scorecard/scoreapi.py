"""The scorecard over REST: figures over twelve windows, by part, and sealed months."""

from dataclasses import asdict
from typing import Any

from django.db.models import F, QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from governance.api.input import Input, Name
from governance.api.operations import creates, downloads, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet, Resource
from governance.core.contributions import ScoreMetric
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.scorecard import actions, measuring, monthpages, pages, reading, shaping, snapshots, windows, words
from governance.scorecard.measuring import Measured
from governance.scorecard.models import ScoreSnapshot
from governance.scorecard.reading import Asked
from governance.scorecard.tables import SnapshotFilters

SCOPES = {"read": ("scorecard:read",), "write": ("scorecard:write",)}
PARAMETERS = [
    OpenApiParameter("period", str, enum=list(windows.PERIODS), description="Twelve weeks or months."),
    OpenApiParameter("team", int, description="A team's number."),
    OpenApiParameter("tier", int, description="0 to 4."),
    OpenApiParameter("surface", int, description="A surface's number."),
]  # fmt: skip


class FigureOutput(serializers.Serializer[Any]):
    """A figure of one window: `n` of `of` records make it. Shares are 0 to 1, lengths are hours."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="Up to this moment, exclusive.")
    value = serializers.FloatField(allow_null=True, help_text="Null where nothing was there to measure.")
    n = serializers.IntegerField()
    of = serializers.IntegerField()


class PartOutput(serializers.Serializer[Any]):
    """The figure of the last window of one team, tier or surface."""

    by = serializers.CharField(help_text="team, tier or surface")
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    of = serializers.IntegerField()
    rows = serializers.CharField(allow_blank=True, help_text="Address of the list of its records.")


class MetricOutput(serializers.Serializer[Any]):
    """A metric: how it is made, its target, and its figures, oldest first."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()
    formula = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    better = serializers.CharField(allow_blank=True, help_text="lower, higher, or empty where only the trend tells")
    family = serializers.CharField(allow_blank=True, help_text="delivery: one of DORA's five, never blended over surfaces")
    stage = serializers.CharField()
    target = serializers.FloatField(allow_null=True)
    standing = serializers.CharField(allow_blank=True, help_text="ok, warn or stop; empty where there is no target")
    figures = FigureOutput(many=True, help_text="None for DORA's five, unless one surface is asked for.")
    parts = PartOutput(many=True)
    rows = serializers.CharField(help_text="Address of the list of the records of the last window.")


class ScorecardApi(Resource):
    """The scorecard: what is measured of how well and how safely a company delivers."""

    model = ScoreSnapshot
    required_scopes = SCOPES

    @extend_schema(operation_id="scorecard_read")
    @reads("", output=MetricOutput, detail=False, many=True, parameters=PARAMETERS)
    def list(self) -> Any:
        """All metrics, of what the caller sees."""
        asked = reading.asked_for(self.request.user, self.request.query_params)
        shown = measuring.metrics()
        found = measuring.measure(shown, asked.windows, asked.cut)
        return [_metric(metric, measured, asked) for metric, measured in zip(shown, found, strict=True)]

    @downloads("csv", "text/csv", detail=False, parameters=PARAMETERS)
    def csv(self) -> StreamingHttpResponse:
        """The figures of the last window as a CSV file, with all parts."""
        return pages.csv_response(reading.asked_for(self.request.user, self.request.query_params))


def _metric(metric: ScoreMetric, measured: Measured, asked: Asked) -> dict[str, Any]:
    rules, blended = shaping.targets(), bool(metric.family) and asked.cut.surface is None
    target = rules.target(metric.key)
    names = ("key", "label", "definition", "formula", "source", "unit", "better", "family")
    spans = zip(asked.windows, measured.figures, strict=True)
    return {name: getattr(metric, name) for name in names} | {
        "stage": rules.stage,
        "target": target,
        "standing": "" if blended else words.standing(metric, measured.now, target).mark,
        "figures": [] if blended else [
            {"since": window.since, "until": window.until, "value": each.value, "n": each.n, "of": each.of}
            for window, each in spans
        ],
        "parts": [
            {"by": cut.key, "id": line.id, "name": line.name, "value": line.figure.value, "n": line.figure.n,
             "of": line.figure.of, "rows": line.rows_url}
            for cut, lines in shaping.parts(metric, measured, asked)
            for line in lines
        ],
        "rows": metric.rows_url(asked.windows[-1], asked.cut),
    }  # fmt: skip


class SnapshotRow(Output):
    """A sealed month as a row of the list."""

    key = serializers.CharField()
    policy = serializers.CharField(source="policy_version.label")
    sealed_by = serializers.CharField(source="sealed_by.ref")

    class Meta:
        model = ScoreSnapshot
        fields = ("key", "year", "month", "policy", "digest", "seq", "sealed_by", "sealed_at")


class SnapshotOutput(SnapshotRow):
    """A sealed month with its figures; `digest` is the SHA-256 over their canonical JSON (RFC 8785)."""

    figures = serializers.JSONField()

    class Meta(SnapshotRow.Meta):
        fields = (*SnapshotRow.Meta.fields, "figures")  # type: ignore[assignment]


class SealInput(Input):
    """Which month is sealed."""

    month = Name(max_length=7, help_text="Written like 2026-10.")
    example = {"month": "2026-02"}


class ComparedOutput(serializers.Serializer[Any]):
    """A metric of a month beside the month before it, in words."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    now = serializers.CharField()
    then = serializers.CharField(allow_blank=True)
    moved = serializers.CharField(allow_blank=True)
    better = serializers.BooleanField(allow_null=True)
    mark = serializers.CharField(allow_blank=True)
    standing = serializers.CharField()
    counted = serializers.CharField()


class SnapshotApi(ActionViewSet):
    """Sealed months: the scorecard as it was, for good."""

    model = ScoreSnapshot
    serializer_class = SnapshotOutput
    list_serializer_class = SnapshotRow
    filterset_class = SnapshotFilters
    ordering_fields = {"month": F("year") * 12 + F("month"), "sealed_at": "sealed_at"}
    ordering = "-month"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ScoreSnapshot]:
        """Return the months that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ScoreSnapshot.objects.none()
        return snapshots.visible_to(self.request.user)

    def get_object(self) -> ScoreSnapshot:
        """Return the month of the address (SC-2026-10)."""
        return snapshots.get(self.request.user, self.kwargs["key"])

    @creates(SealInput)
    def create(self, data: dict[str, Any]) -> ScoreSnapshot:
        """Seal a month that is over."""
        return actions.seal(monthpages.month_of(data["month"]), actor=self.actor)

    @reads("comparison", output=ComparedOutput, many=True)
    def comparison(self, snapshot: ScoreSnapshot) -> Any:
        """A month beside the one sealed before it."""
        return [asdict(row) for row in snapshots.compared(snapshot, snapshots.before(snapshot))]

    @downloads("csv", "text/csv")
    def csv(self, snapshot: ScoreSnapshot) -> StreamingHttpResponse:
        """The sealed figures as a CSV file."""
        return monthpages.csv_response(snapshot)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, snapshot: ScoreSnapshot) -> Any:
        """What happened to a sealed month."""
        return entries_for(snapshot)
