"""Verification over REST: have one made, read what was found, take responsibility for a finding."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Prose
from governance.api.operations import acts, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.models import Job
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.verification import actions, queries
from governance.verification.models import Verification
from governance.verification.tables import VerificationFilters


class FindingOutput(serializers.Serializer[Any]):
    """One thing that did not hold. `mark` is what it is accepted by."""

    kind = serializers.CharField()
    what = serializers.CharField()
    said = serializers.CharField()
    seq = serializers.IntegerField(help_text="The entry that tells of it; 0: none.")
    model = serializers.CharField(allow_blank=True)
    id = serializers.IntegerField(help_text="The row; 0: none.")
    seen = serializers.CharField(allow_blank=True)
    mark = serializers.CharField()
    accepted = serializers.BooleanField(help_text="Whether somebody had accepted it when this was verified.")


class VerificationRow(Output):
    """A result as a row of the list."""

    key = serializers.CharField()
    by = serializers.CharField(source="by.ref")

    class Meta:
        model = Verification
        fields = (
            "key",
            "started_at",
            "finished_at",
            "size",
            "root",
            "checkpoints",
            "rows",
            "parts",
            "files",
            "gone",
            "problems",
            "accepted",
            "older",
            "by",
        )


class VerificationOutput(VerificationRow):
    """A result with what did not hold: the first 200 findings."""

    findings = serializers.ListField(child=FindingOutput())

    class Meta(VerificationRow.Meta):
        fields = (*VerificationRow.Meta.fields, "findings")


class VerifyInput(Input):
    """What to hold the ledger to beside everything that is here."""

    older = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=20_000,
        trim_whitespace=False,
        help_text="A checkpoint kept elsewhere.",
    )
    example = {"older": ""}


class AskedOutput(Output):
    """How far it is. `verification` is its key once `state` is `done`."""

    verification = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = ("id", "state", "done", "total", "progress_label", "error", "created_at", "finished_at", "verification")

    def get_verification(self, obj: Job) -> str:
        """The key of the result; empty until then."""
        return str(obj.result["verification"]) if isinstance(obj.result, dict) and "verification" in obj.result else ""


class AcceptanceInput(Input):
    """Which findings, and why."""

    marks = serializers.ListField(child=serializers.CharField(max_length=64), min_length=1, max_length=200)
    reason = Prose(max_length=4000)
    example = {"marks": ["0" * 64], "reason": "Changed by hand on 3 May after the outage; see INC-12."}


class VerificationApi(ActionViewSet):
    """Times that the whole ledger was computed again, with all that it binds, and what did not hold."""

    model = Verification
    serializer_class = VerificationOutput
    list_serializer_class = VerificationRow
    filterset_class = VerificationFilters
    ordering_fields = {"started_at": "pk", "size": "size"}
    ordering = "-started_at"
    related = ("by",)
    lookup_field = "key"
    required_scopes = {"read": ("ledger:read",), "write": ("ledger:write",)}

    def get_queryset(self) -> QuerySet[Verification]:
        """Return the results that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Verification.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Verification:
        """Return the result of the address."""
        return queries.get(self.request.user, self.kwargs["key"])

    @acts("verify", VerifyInput, output=AskedOutput, detail=False, if_match="none", status=202)
    def verify(self, data: dict[str, Any]) -> Job:
        """Have everything verified; asked again while it runs, the same job."""
        return actions.ask(actor=self.actor, older=data.get("older", ""))

    @acts("acceptance", AcceptanceInput, output=VerificationOutput, if_match="none")
    def accept(self, result: Verification, data: dict[str, Any], expected_version: int | None) -> Verification:
        """Take responsibility for findings of a result."""
        actions.accept(result, data["marks"], actor=self.actor, reason=data["reason"])
        return result

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, result: Verification) -> Any:
        """What happened to a result."""
        return entries_for(result)
