"""Evidence over REST: collect, read, download, attach, detach, renew, withdraw."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, downloads, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.evidence import actions, queries, records
from registry.evidence.models import Evidence, EvidenceUse
from registry.evidence.sending import send
from registry.evidence.sniffing import TYPES
from registry.evidence.tables import EvidenceFilters
from registry.surfaces import queries as surfaces


class EvidenceRow(Output):
    """Evidence as a row of the list."""

    key = serializers.CharField()
    collector = serializers.CharField(source="collector.ref")
    media_type = serializers.CharField(source="blob.media_type", allow_null=True)
    size = serializers.IntegerField(source="blob.size", allow_null=True)

    class Meta:
        model = Evidence
        fields: tuple[str, ...] = (
            "key",
            "title",
            "kind",
            "state",
            "collector",
            "collected_on",
            "expires_on",
            "digest",
            "file_name",
            "media_type",
            "size",
            "url",
            "record_type",
            "record_id",
            "record_label",
            "version",
            "created_at",
        )


class EvidenceOutput(EvidenceRow):
    """One piece of evidence."""

    renews = serializers.CharField(source="renews.key", allow_null=True)

    class Meta(EvidenceRow.Meta):
        fields = (*EvidenceRow.Meta.fields, "note", "renews", "ended_because")


class UseOutput(Output):
    """One control of one surface that evidence serves, and the last day on which it counts there."""

    evidence = serializers.CharField(source="evidence.key")
    surface = serializers.CharField(source="surface.key")

    class Meta:
        model = EvidenceUse
        fields = ("id", "evidence", "surface", "control", "expires_on", "created_at")


class What(Input):
    """What all evidence is handed in with."""

    title = Name(required=False, allow_blank=True, help_text="Left out: the name of the file, record or link.")
    note = Prose(required=False, max_length=4000, help_text="What one should see in it.")
    collected_on = serializers.DateField(required=False, help_text="Left out: today.")
    expires_on = serializers.DateField(required=False, help_text="Left out: as long as policy lets such evidence count.")


class Place(Input):
    """For which control of which surface; both or neither."""

    surface = Name(max_length=40, required=False, help_text="The surface's key, such as S-0418.")
    control = Name(max_length=60, required=False, help_text="A control's key, audit: and a row, or owasp: and an item.")


class HeldInput(What):
    """A link or a record: one of them."""

    url = Name(max_length=2000, required=False, help_text="Begins with https:// or http://. It is never fetched.")
    record = Name(required=False, help_text="Key of something held here, such as C-1192.")
    example = {"title": "Limits of the gateway", "url": "https://git.example/gateway/limits.yaml"}


class CollectInput(HeldInput, Place):
    """A link or a record, and what it serves."""

    example = HeldInput.example


class NewFileInput(What):
    """A file."""

    file = serializers.FileField(help_text="Any kind of file. Its type is found by its content.")
    example = {"title": "Limits of the gateway"}


class CollectFileInput(NewFileInput, Place):
    """A file, and what it serves."""

    example = NewFileInput.example


class AttachInput(Input):
    """The control of a surface that evidence is to serve."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    control = Name(max_length=60, help_text="A control's key, audit: and a row, or owasp: and an item.")
    reason = Prose(required=False, default="", max_length=2000, help_text="Why, for the history.")
    example = {"surface": "S-0418", "control": "rate_limits"}


class WithdrawInput(Input):
    """Why it no longer holds."""

    reason = Prose(max_length=2000, allow_blank=False)
    example = {"reason": "It shows the limits of another service."}


class EvidenceApi(ActionViewSet):
    """Evidence: files, links and records that show how controls are met, until the day on which they end."""

    model = Evidence
    serializer_class = EvidenceOutput
    list_serializer_class = EvidenceRow
    filterset_class = EvidenceFilters
    ordering_fields = {"collected": "pk", "title": "title", "expires_on": "expires_on"}
    ordering = "-collected"
    lookup_field = "key"
    required_scopes = {"read": ("controls:read",), "write": ("controls:write",)}

    def get_queryset(self) -> QuerySet[Evidence]:
        """Return the evidence that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Evidence.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Evidence:
        """Return the evidence of the address (EV-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(CollectInput)
    def create(self, data: dict[str, Any]) -> Evidence:
        """Collect a link or a record, and let it serve a control."""
        return actions.collect(actor=self.actor, **self.given(data))

    @acts("files", CollectFileInput, detail=False, status=201, upload=True)
    def collect_file(self, data: dict[str, Any]) -> Evidence:
        """Collect a file, and let it serve a control."""
        return actions.collect(actor=self.actor, **self.given(data))

    @acts("renewals", HeldInput, status=201)
    def renew(self, evidence: Evidence, data: dict[str, Any], expected_version: int | None) -> Evidence:
        """Let a link or a record take its place; answers the new evidence."""
        return actions.renew(evidence, actor=self.actor, expected_version=expected_version, **self.given(data))

    @acts("renewal-files", NewFileInput, status=201, upload=True)
    def renew_by_file(self, evidence: Evidence, data: dict[str, Any], expected_version: int | None) -> Evidence:
        """Let a file take its place; answers the new evidence."""
        return actions.renew(evidence, actor=self.actor, expected_version=expected_version, **self.given(data))

    @acts("withdrawal", WithdrawInput)
    def withdraw(self, evidence: Evidence, data: dict[str, Any], expected_version: int | None) -> Evidence:
        """Say that it no longer holds."""
        return actions.withdraw(evidence, actor=self.actor, expected_version=expected_version, **data)

    @downloads("file", *sorted(TYPES))
    def file(self, evidence: Evidence) -> HttpResponseBase:
        """Download the file, once its hash was computed again and is the recorded one."""
        return send(evidence)

    @lists("uses", output=UseOutput, ordering_fields={"id": "pk"}, ordering="id")
    def uses(self, evidence: Evidence) -> QuerySet[EvidenceUse]:
        """What it serves, on surfaces that the caller sees."""
        seen = surfaces.visible_to(self.request.user).values("pk")
        return evidence.uses.filter(surface__in=seen).select_related("evidence", "surface")

    @acts("uses", AttachInput, output=UseOutput, status=201)
    def attach(self, evidence: Evidence, data: dict[str, Any], expected_version: int | None) -> EvidenceUse:
        """Let it serve one more control."""
        surface = surfaces.get(self.actor, data["surface"])
        return actions.attach(evidence, surface, data["control"], actor=self.actor, reason=data["reason"])

    @acts("detachments", AttachInput, status=204)
    def detach(self, evidence: Evidence, data: dict[str, Any], expected_version: int | None) -> None:
        """Take it off a control."""
        surface = surfaces.get(self.actor, data["surface"])
        use = evidence.uses.filter(surface=surface, control=data["control"]).select_related("evidence", "surface__team").first()
        if use is None:
            said = f"{evidence.key} does not serve that control of {surface.key}."
            raise Invalid(said, fix="Look at what it serves.", fields={"control": [said]})
        actions.detach(use, actor=self.actor, reason=data["reason"])

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, evidence: Evidence) -> Any:
        """What happened to it."""
        return entries_for(evidence)

    def given(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body as the fields of an action, its keys resolved."""
        made = dict(data)
        if surface := made.pop("surface", ""):
            made["surface"] = surfaces.get(self.actor, surface)
        if record := made.pop("record", ""):
            made["record"] = records.find(self.actor, record)
        if "file" in made:
            made["file_name"] = made["file"].name
        return made
