"""What is answered about changes."""

from typing import Any

from rest_framework import serializers

from governance.api.output import Output
from registry.changes.models import Change


class ChangeRow(Output):
    """A change as a row of the list."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key")
    revision = serializers.IntegerField(source="revision.number")
    digest = serializers.CharField(source="revision.digest")
    tier = serializers.IntegerField(source="revision.tier")
    requester = serializers.CharField(source="requester.ref")
    request = serializers.CharField(source="request.key", allow_null=True)
    lane = serializers.CharField(source="request.lane", allow_null=True)

    class Meta:
        model = Change
        fields = (
            "key",
            "title",
            "surface",
            "revision",
            "digest",
            "tier",
            "kinds",
            "is_rollback",
            "is_emergency",
            "lane",
            "requester",
            "request",
            "state",
            "planned_on",
            "planned_at",
            "approval_ends_at",
            "created_at",
            "in_force_at",
            "version",
        )


class ChangeOutput(ChangeRow):
    """A change with its whole decision record."""

    base = serializers.IntegerField(source="base.number", allow_null=True)
    rollback_to = serializers.IntegerField(source="rollback_to.number", allow_null=True)

    class Meta(ChangeRow.Meta):
        fields = (
            *ChangeRow.Meta.fields,
            "base",
            "why",
            "worst_case",
            "blast_radius",
            "data_touched",
            "drift_signs",
            "rollback_trigger",
            "rollback_to",
            "eval_evidence",
            "disclosure",
            "incident",
            "ended_at",
            "ended_why",
            "source_author",
            "source_commit",
            "source_link",
        )


class SegmentOutput(serializers.Serializer[Any]):
    """A stretch of a text that stayed, came or went, word by word."""

    kind = serializers.ChoiceField(choices=("same", "ins", "del"))
    text = serializers.CharField()


class DifferenceOutput(serializers.Serializer[Any]):
    """One thing that a change makes different, in domain words; `segments` compare a long text word by word."""

    part = serializers.CharField()
    subject = serializers.CharField()
    op = serializers.CharField()
    sentence = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    kinds = serializers.ListField(child=serializers.CharField())
    segments = SegmentOutput(many=True)


class HoldOutput(serializers.Serializer[Any]):
    """One thing that holds a change back, and what to do about it."""

    kind = serializers.ChoiceField(choices=("planned", "freeze", "control", "gate", "catalogue"))
    what = serializers.CharField()
    why = serializers.CharField(allow_blank=True)
    fix = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    waived_by = serializers.CharField(allow_blank=True, help_text="emergency or rollback, where that lifts it.")


class StandingOutput(serializers.Serializer[Any]):
    """Whether a change could come into force now: what drifted under its approval, and what holds it."""

    drift = serializers.ListField(child=serializers.CharField())
    holds = HoldOutput(many=True)
    unmet = serializers.IntegerField(help_text="Blocking controls that are neither met nor excepted.")


class LaneOutput(serializers.Serializer[Any]):
    """One way through a tier."""

    tier = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.CharField())
    lane = serializers.CharField(source="key")
    name = serializers.CharField()
    people = serializers.ListField(child=serializers.CharField())
    where_regulated = serializers.ListField(child=serializers.CharField())
    in_order = serializers.BooleanField()
    decide_hours = serializers.IntegerField()
    approval_days = serializers.IntegerField()
    open = serializers.IntegerField()


class ShareOutput(serializers.Serializer[Any]):
    """How many waits fall into one span."""

    key = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class SpreadOutput(serializers.Serializer[Any]):
    """The waits of one lane or position, in hours."""

    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField()
    count = serializers.IntegerField()
    median_hours = serializers.FloatField()
    slow_hours = serializers.FloatField(help_text="One in ten took this long or longer.")
    shares = ShareOutput(many=True)


class LatencyOutput(serializers.Serializer[Any]):
    """How long reviews took, by lane and by position."""

    days = serializers.IntegerField()
    since = serializers.DateTimeField()
    whole = SpreadOutput(allow_null=True)
    lanes = SpreadOutput(many=True)
    positions = SpreadOutput(many=True)


class RetirementOutput(serializers.Serializer[Any]):
    """The surface that ended."""

    surface = serializers.CharField()
    state = serializers.CharField()
