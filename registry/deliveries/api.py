"""Deployments and defects over REST: CI and trackers tell them, and correct what turned out differently."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.deliveries import actions, queries
from registry.deliveries.forms import resolved
from registry.deliveries.models import PRODUCTION, Defect, Deployment
from registry.deliveries.tables import DefectFilters, DeploymentFilters
from registry.surfaces import queries as surfaces

SHARED = (
    "key",
    "surface",
    "change",
    "incident",
    "sender_key",
    "link",
    "note",
    "corrects",
    "corrected_by",
    "reason",
    "by",
    "told_at",
)
SCOPES = {"read": ("usage:read",), "write": ("usage:write",)}
REASON = "What was wrong; it stays beside what was told first."


class DeliveryOutput(Output):
    """What both say of themselves."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key")
    change = serializers.CharField(source="change.key", allow_null=True)
    corrects = serializers.CharField(source="corrects.key", allow_null=True)
    corrected_by = serializers.SerializerMethodField()
    by = serializers.CharField(source="by.ref")

    def get_corrected_by(self, obj: Any) -> str | None:
        """Key of the row that counts instead; null where this one counts."""
        later = getattr(obj, "corrected_by", None)
        return later.key if later is not None else None


class DeploymentOutput(DeliveryOutput):
    """A release of a surface into an environment, and how it went."""

    class Meta:
        model = Deployment
        fields = (
            *SHARED, "environment", "version", "commit", "repository", "committed_at", "deployed_at", "outcome", "failed_at",
            "restored_at", "rework",
        )  # fmt: skip


class DefectOutput(DeliveryOutput):
    """Something that was wrong, and who noticed first."""

    deployment = serializers.CharField(source="deployment.key", allow_null=True)

    class Meta:
        model = Defect
        fields = (*SHARED, "title", "severity", "found_by", "found_at", "fixed_at", "is_defect", "deployment")


class SharedInput(Input):
    """What both may name."""

    change = Name(max_length=24, required=False, allow_blank=True, help_text="A change's key, such as C-12.")
    incident = serializers.RegexField(r"^(INC-[1-9][0-9]{0,17})?$", required=False, allow_blank=True)
    link = serializers.URLField(max_length=600, required=False, allow_blank=True)
    note = Prose(max_length=4000, required=False, allow_blank=True)


class DeploymentCorrection(SharedInput):
    """What a deployment really was; what is left out stays as it was."""

    reason = Name(max_length=400, help_text=REASON)
    environment = Name(max_length=60, required=False)
    version = Name(max_length=100, required=False, allow_blank=True)
    commit = serializers.RegexField(r"^([0-9A-Fa-f]{7,64})?$", required=False, allow_blank=True)
    repository = Name(max_length=300, required=False, allow_blank=True)
    committed_at = serializers.DateTimeField(required=False, allow_null=True)
    deployed_at = serializers.DateTimeField(required=False)
    outcome = serializers.ChoiceField(choices=Deployment.Outcome.choices, required=False)
    failed_at = serializers.DateTimeField(required=False, allow_null=True)
    restored_at = serializers.DateTimeField(required=False, allow_null=True)
    rework = serializers.BooleanField(required=False)
    example = {
        "reason": "It broke sign-in.",
        "outcome": "failed",
        "failed_at": "2026-03-02T10:05:00Z",
        "restored_at": "2026-03-02T10:43:00Z",
        "incident": "INC-12",
    }


class DeploymentInput(DeploymentCorrection):
    """A deployment as CI tells it. The same key again with the same words answers the first row and changes nothing."""

    reason = None  # type: ignore[assignment]
    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    sender_key = Name(max_length=200, help_text="The sender's own key, such as a build's number.")
    environment = Name(max_length=60, required=False, default=PRODUCTION)
    deployed_at = serializers.DateTimeField()
    example = {
        "surface": "S-0418",
        "sender_key": "claims-triage/build/2231",
        "version": "4.12.0",
        "commit": "9c1f3aa4",
        "repository": "claims/triage",
        "committed_at": "2026-03-02T08:10:00Z",
        "deployed_at": "2026-03-02T10:00:00Z",
    }


class DefectCorrection(SharedInput):
    """What a defect really was; what is left out stays as it was."""

    reason = Name(max_length=400, help_text=REASON)
    title = Name(max_length=200, required=False)
    severity = serializers.ChoiceField(choices=Defect.Severity.choices, required=False, help_text="1 minor, 2 major, 3 critical.")
    found_by = serializers.ChoiceField(choices=Defect.FoundBy.choices, required=False)
    found_at = serializers.DateTimeField(required=False)
    fixed_at = serializers.DateTimeField(required=False, allow_null=True)
    is_defect = serializers.BooleanField(required=False)
    deployment = Name(max_length=24, required=False, allow_blank=True, help_text="A deployment's key, such as DP-12.")
    example = {"reason": "Mended by release 4.12.1.", "fixed_at": "2026-03-03T09:00:00Z"}


class DefectInput(DefectCorrection):
    """A defect as a tracker tells it. The same key again with the same words answers the first row and changes nothing."""

    reason = None  # type: ignore[assignment]
    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    sender_key = Name(max_length=200, help_text="The sender's own key, such as a ticket's.")
    title = Name(max_length=200)
    found_by = serializers.ChoiceField(choices=Defect.FoundBy.choices)
    found_at = serializers.DateTimeField()
    example = {
        "surface": "S-0418",
        "sender_key": "CLAIMS-881",
        "title": "Copay of plan B quoted as that of plan A",
        "found_by": "users",
        "found_at": "2026-03-02T11:20:00Z",
    }


class DeploymentApi(ActionViewSet):
    """Deployments: what was released when, told by CI, and corrected by a further row when it turned out differently."""

    model = Deployment
    serializer_class = DeploymentOutput
    filterset_class = DeploymentFilters
    ordering_fields = {"deployed_at": "deployed_at", "told_at": "pk"}
    ordering = "-deployed_at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Deployment]:
        """Return the deployments that count and that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Deployment.objects.none()
        return queries.deployments(self.request.user).filter(corrected_by__isnull=True).select_related(*queries.RELATED)

    def get_object(self) -> Deployment:
        """Return the deployment of the address (DP-12), one that was corrected too."""
        return queries.get_deployment(self.request.user, self.kwargs["key"])

    @creates(DeploymentInput)
    def create(self, data: dict[str, Any]) -> Deployment:
        """Tell of a deployment."""
        given = resolved(self.actor, data)
        return actions.tell_deployment(surfaces.get(self.actor, given.pop("surface")), actor=self.actor, **given)

    @acts("correction", DeploymentCorrection, status=201)
    def correct(self, deployment: Deployment, data: dict[str, Any], expected_version: int | None) -> Deployment:
        """Correct a deployment by a further row, which counts from then on: that it failed, that it is well again."""
        return actions.correct_deployment(deployment, actor=self.actor, **resolved(self.actor, data))

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, deployment: Deployment) -> Any:
        """What happened to a deployment."""
        return entries_for(deployment)


class DefectApi(ActionViewSet):
    """Defects: what was wrong and who noticed first, told by trackers, and corrected by a further row."""

    model = Defect
    serializer_class = DefectOutput
    filterset_class = DefectFilters
    ordering_fields = {"found_at": "found_at", "told_at": "pk", "severity": "severity"}
    ordering = "-found_at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Defect]:
        """Return the defects that count and that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Defect.objects.none()
        rows = queries.defects(self.request.user).filter(corrected_by__isnull=True)
        return rows.select_related(*queries.RELATED, "deployment")

    def get_object(self) -> Defect:
        """Return the defect of the address (DF-7), one that was corrected too."""
        return queries.get_defect(self.request.user, self.kwargs["key"])

    @creates(DefectInput)
    def create(self, data: dict[str, Any]) -> Defect:
        """Tell of a defect."""
        given = resolved(self.actor, data)
        return actions.tell_defect(surfaces.get(self.actor, given.pop("surface")), actor=self.actor, **given)

    @acts("correction", DefectCorrection, status=201)
    def correct(self, defect: Defect, data: dict[str, Any], expected_version: int | None) -> Defect:
        """Correct a defect by a further row, which counts from then on: that it is mended, that it was none."""
        return actions.correct_defect(defect, actor=self.actor, **resolved(self.actor, data))

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, defect: Defect) -> Any:
        """What happened to a defect."""
        return entries_for(defect)
