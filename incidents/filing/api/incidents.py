"""Incidents over REST as they come in: reporting one, and its files. How one is run is `running`'s."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, downloads, lists
from governance.api.output import Output
from governance.core.leaving import leaves
from incidents.cases import queries as cases
from incidents.cases.models import Attachment, Incident
from incidents.filing import actions, queries
from incidents.filing.models import Report
from incidents.running.api import IncidentApi
from registry.evidence.sending import send_blob
from registry.evidence.sniffing import TYPES
from registry.surfaces import queries as surfaces


class ReportInput(Input):
    """A problem, as whoever noticed it says it."""

    what = Prose(allow_blank=False, help_text="What happened, and what should have happened.")
    title = Name(required=False, allow_blank=True, help_text="Left out: the first sentence of what happened.")
    where = Prose(max_length=4000, required=False, help_text="Where, in words.")
    surface = Name(max_length=40, required=False, help_text="The surface's key, such as S-0418; left out: guessed where certain.")
    harm = serializers.ChoiceField(choices=Report.Harm.choices, required=False, help_text="How bad it is, as the form asks.")
    near_miss = serializers.BooleanField(required=False, help_text="Left out: as `harm` says. A near miss calls nobody.")
    ongoing = serializers.BooleanField(required=False, help_text="Whether it is still going on.")
    category = Name(max_length=60, required=False, allow_blank=True, help_text="A category's key in the policy.")
    occurred_at = serializers.DateTimeField(required=False)
    detected_at = serializers.DateTimeField(required=False)
    people_estimated = serializers.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    data_classes = serializers.ListField(child=Name(max_length=60), required=False, max_length=40)
    trace_ids = serializers.ListField(child=Name(max_length=200), required=False, max_length=200)
    source_ref = Name(
        max_length=200, required=False, allow_blank=True, help_text="What you call it; open once: said again it is 409."
    )
    example = {
        "what": "The benefits chat told three callers their copay is 25 euros. Their card says 40.",
        "surface": "S-0418",
        "harm": "wrong",
        "ongoing": True,
        "category": "hallucination",
    }


class AttachmentOutput(Output):
    """A file that shows something about an incident."""

    size = serializers.IntegerField(source="blob.size", help_text="Bytes.")
    digest = serializers.CharField(source="blob.digest", help_text="SHA-256 of the file.")
    media_type = serializers.CharField(source="blob.media_type", help_text="What it is, by its content.")
    by = serializers.CharField(source="by.ref", allow_null=True, help_text="Reference of who attached it.")

    class Meta:
        model = Attachment
        fields = ("id", "file_name", "size", "digest", "media_type", "by", "from_reporter", "at")


class AttachmentInput(Input):
    """A file to attach."""

    file = serializers.FileField(help_text="Any kind of file. Its type is found by its content.")


class IncidentFilingApi(IncidentApi):
    """Incidents: what went wrong or nearly did, how bad it is, who has it, and what happened when."""

    @creates(ReportInput)
    def create(self, data: dict[str, Any]) -> Incident:
        """Report a problem: whoever is on call is told at once, and its clocks run."""
        given = dict(data)
        key = given.pop("surface", "")
        surface = surfaces.get(self.actor, key) if key else queries.meant(self.actor, given.get("where", ""))
        made = actions.report(actor=self.actor, surface=surface, source=Incident.Source.API, **given)
        return cases.get(self.actor, made.incident.key)

    @lists("attachments", output=AttachmentOutput, ordering_fields={"id": "pk"}, ordering="id")
    def attachments(self, incident: Incident) -> Any:
        """The files of an incident."""
        return incident.attachments.select_related("blob", "by")

    @acts("attachments", AttachmentInput, output=AttachmentOutput, status=201, upload=True, if_match="none")
    def attach(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Attachment:
        """Attach a file to an incident, with an entry on its timeline."""
        return actions.attach(incident, actor=self.actor, files=[data["file"]])[0]

    @downloads("attachments/(?P<number>[0-9]{1,18})", *sorted(TYPES))
    def attachment(self, incident: Incident) -> HttpResponseBase:
        """One file of an incident, always as a download."""
        found = queries.attachment(self.request.user, incident.key, int(self.kwargs["number"]))
        return leaves(send_blob(found.blob, found.file_name), found.file_name, about=(found.incident,))
