"""Emergency reviews over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Prose
from governance.api.operations import acts
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from registry.changes import actions, queries
from registry.changes.emergencies import ReviewFilters
from registry.changes.models import EmergencyReview


class ReviewOutput(Output):
    """The look back that an emergency change owes."""

    key = serializers.CharField()
    change = serializers.CharField(source="change.key")
    surface = serializers.CharField(source="change.surface.key")
    incident = serializers.CharField(source="change.incident")
    reviewer = serializers.CharField(source="reviewer.ref", allow_null=True)

    class Meta:
        model = EmergencyReview
        fields = (
            "key",
            "change",
            "surface",
            "incident",
            "due_at",
            "state",
            "reviewer",
            "outcome",
            "findings",
            "closed_at",
            "created_at",
            "version",
        )


class ClosingInput(Input):
    """What the look back found, and whether the change stays."""

    outcome = serializers.ChoiceField(choices=EmergencyReview.Outcome.choices)
    findings = Prose(max_length=8000, allow_blank=False)
    example = {"outcome": "kept", "findings": "It was an emergency. The source is out; a test for letters is added."}


class ReviewApi(ActionViewSet):
    """Emergency reviews: every change that could not wait is looked at afterwards by somebody else."""

    model = EmergencyReview
    serializer_class = ReviewOutput
    filterset_class = ReviewFilters
    ordering_fields = {"due_at": "due_at", "state": "state"}
    ordering = "-due_at"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[EmergencyReview]:
        """Return the reviews that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return EmergencyReview.objects.none()
        return queries.reviews_for(self.request.user)

    def get_object(self) -> EmergencyReview:
        """Return the review of the address (ER-4)."""
        return queries.get_review(self.request.user, self.kwargs["key"])

    @acts("closing", ClosingInput)
    def close(self, review: EmergencyReview, data: dict[str, Any], expected_version: int | None) -> EmergencyReview:
        """Close the review of an emergency."""
        return actions.close_review(review, actor=self.actor, expected_version=expected_version, **data)
