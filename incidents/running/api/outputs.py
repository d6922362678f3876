"""What the API answers about incidents."""

from typing import Any

from rest_framework import serializers

from governance.api.output import Output
from incidents.cases.models import Communication, Incident, TimelineEntry
from registry.surfaces import queries as surfaces


class IncidentRow(Output):
    """An incident as a row of the list."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key", allow_null=True, help_text="The primary surface, where one is known.")
    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Reference of who answers for it.")
    vendor = serializers.CharField(source="vendor.key", allow_null=True)

    class Meta:
        model = Incident
        fields: tuple[str, ...] = (
            "key",
            "title",
            "state",
            "severity",
            "category",
            "near_miss",
            "surface",
            "tier",
            "vendor",
            "owner",
            "source",
            "user_harm",
            "blast_radius",
            "people_estimated",
            "postmortem_demanded",
            "reported_at",
            "acknowledged_at",
            "mitigated_at",
            "resolved_at",
            "closed_at",
            "version",
            "updated_at",
        )


class IncidentOutput(IncidentRow):
    """An incident with what it says and touches."""

    commander = serializers.CharField(source="commander.ref", allow_null=True)
    communications = serializers.CharField(source="communications.ref", allow_null=True)
    scribe = serializers.CharField(source="scribe.ref", allow_null=True)
    reporter = serializers.CharField(source="reporter.ref", allow_null=True, help_text="None: somebody without an account.")
    data_classes = serializers.ListField(child=serializers.CharField())
    trace_ids = serializers.ListField(child=serializers.CharField())
    parties = serializers.DictField(help_text="Of an imported incident: who deployed, developed and was harmed.")
    surfaces = serializers.SerializerMethodField()
    endpoints = serializers.SerializerMethodField()

    class Meta(IncidentRow.Meta):
        fields = (
            *IncidentRow.Meta.fields,
            "what",
            "where",
            "summary",
            "impact",
            "ongoing",
            "commander",
            "communications",
            "scribe",
            "reporter",
            "source_ref",
            "occurred_at",
            "detected_at",
            "triaged_at",
            "data_classes",
            "trace_ids",
            "cause",
            "parties",
            "surfaces",
            "endpoints",
            "created_at",
        )

    def get_surfaces(self, incident: Incident) -> list[str]:
        """Keys of the further surfaces that it touches, as far as the caller sees them."""
        seen = surfaces.visible_to(self.context["request"].user)
        return [each.key for each in seen.filter(incident_rows__incident=incident).order_by("pk")]

    def get_endpoints(self, incident: Incident) -> list[str]:
        """Keys of the endpoints that it touches."""
        return [row.endpoint.key for row in incident.endpoint_rows.select_related("endpoint")]


class TimelineOutput(Output):
    """One entry of a timeline, for good."""

    author = serializers.CharField(source="author.ref", allow_null=True, help_text="None: Plumbline, or the reporter.")
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True, help_text="The entry that this one corrects.")
    details = serializers.DictField(source="data", help_text="What a program reads from it: before, after, keys.")

    class Meta:
        model = TimelineEntry
        fields = ("id", "at", "written_at", "kind", "author", "text", "url", "details", "entry_seq", "corrects")


class CommunicationOutput(Output):
    """A message about an incident, as a draft or as it went out."""

    key = serializers.CharField()
    incident = serializers.CharField(source="incident.key")
    sent_by = serializers.CharField(source="sent_by.ref", allow_null=True)

    class Meta:
        model = Communication
        fields = (
            "key",
            "incident",
            "audience",
            "subject",
            "text",
            "state",
            "sent_at",
            "sent_by",
            "created_at",
            "version",
            "updated_at",
        )


class ChangeBefore(serializers.Serializer[Any]):
    """One change before an incident."""

    at = serializers.DateTimeField()
    hours = serializers.IntegerField(help_text="Whole hours before it was reported.")
    kind = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    verdict = serializers.CharField(source="word", help_text="approved, not approved, at once, ended, recorded, in the contract")
    entry = serializers.IntegerField(source="seq", help_text="Its number in the ledger.")


class AlikeOutput(serializers.Serializer[Any]):
    """A past incident that resembles one."""

    key = serializers.CharField(source="incident.key")
    title = serializers.CharField(source="incident.title")
    state = serializers.CharField(source="incident.state")
    score = serializers.IntegerField(help_text="0 to 100.")
    why = serializers.CharField(allow_blank=True)


class ProposalOutput(serializers.Serializer[Any]):
    """The severity that harm and radius stand for."""

    severity = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)
