"""Access reviews over REST: open, read lines, decide, close."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.accessreviews import actions, queries
from governance.accessreviews.models import AccessDecision, AccessLine, AccessReview
from governance.accessreviews.tables import LineFilters, ReviewFilters
from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups

VERDICTS = [(each.value, each.label) for each in (AccessDecision.Verdict.CONFIRMED, AccessDecision.Verdict.REVOKED)]


class ReviewOutput(Output):
    """A look at who may do what."""

    key = serializers.CharField()
    reviewer = serializers.CharField(source="reviewer.ref", help_text="Reference of who answers for it.")

    class Meta:
        model = AccessReview
        fields = (
            "key", "reviewer", "opened_on", "due_on", "scheduled", "state", "closed_at", "digest", "ended_because", "version",
        )  # fmt: skip


class LineOutput(Output):
    """One thing that somebody may do, as it stood when the review was opened."""

    person = serializers.SerializerMethodField(help_text="Reference of who may do it, where there is an account.")
    verdict = serializers.CharField(allow_null=True, help_text="confirmed, revoked or gone; none while undecided.")
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)

    class Meta:
        model = AccessLine
        fields = (
            "id", "source", "held_id", "person", "what", "since", "until", "used_on", "verdict", "decided_by", "decided_at",
            "reason",
        )  # fmt: skip

    def get_person(self, obj: AccessLine) -> str | None:
        """Return the reference."""
        return obj.person.ref if obj.person else None


class ReviewInput(Input):
    """A review to open; left out: yourself, and as many days as policy gives."""

    reviewer = Name(max_length=40, required=False, help_text="Reference (p_...) of an administrator or risk officer.")
    due_on = serializers.DateField(required=False)
    example = {"due_on": "2099-12-31"}


class DecisionInput(Input):
    """What comes of one line. Revoking takes it away at once, and needs a reason."""

    line = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    verdict = serializers.ChoiceField(choices=VERDICTS)
    reason = Prose(max_length=2000, required=False)
    example = {"line": 1, "verdict": "confirmed"}


class HandOverInput(Input):
    """Who answers for it from now on."""

    reviewer = Name(max_length=40, help_text="Reference (p_...) of an administrator or risk officer.")
    reason = Prose(max_length=2000, required=False)
    example = {"reviewer": "p_4f1d2c9a8b7e6d50"}


class AccessReviewApi(ActionViewSet):
    """Access reviews: who may do what, looked at line by line."""

    model = AccessReview
    serializer_class = ReviewOutput
    filterset_class = ReviewFilters
    ordering_fields = {"opened_on": "opened_on", "due_on": "due_on"}
    ordering = "-opened_on"
    lookup_field = "key"
    required_scopes = {"read": ("people:read",), "write": ("people:write",)}

    def get_queryset(self) -> QuerySet[AccessReview]:
        """Return the reviews that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return AccessReview.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> AccessReview:
        """Return the review of the address (AR-1)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(ReviewInput)
    def create(self, data: dict[str, Any]) -> AccessReview:
        """Open an access review."""
        reviewer = lookups.person_or_none(data.pop("reviewer", None), field="reviewer")
        return actions.open_review(actor=self.actor, reviewer=reviewer, **data)

    @lists("lines", output=LineOutput, filterset_class=LineFilters, ordering_fields={"id": "pk"}, ordering="id")
    def lines(self, review: AccessReview) -> QuerySet[AccessLine]:
        """The lines of a review, with what was decided."""
        return queries.lines(review)

    @acts("decisions", DecisionInput)
    def decide(self, review: AccessReview, data: dict[str, Any], expected_version: int | None) -> AccessReview:
        """Confirm or revoke one line."""
        line = queries.line(review, data["line"])
        if data["verdict"] == AccessDecision.Verdict.CONFIRMED:
            actions.confirm(line, actor=self.actor, reason=data.get("reason", ""))
        else:
            actions.revoke(line, actor=self.actor, reason=data.get("reason", ""))
        return queries.get(self.actor, review.key)

    @acts("hand-over", HandOverInput)
    def hand_over(self, review: AccessReview, data: dict[str, Any], expected_version: int | None) -> AccessReview:
        """Let another answer for a review."""
        to = lookups.person(data["reviewer"], field="reviewer")
        reason = data.get("reason", "")
        return actions.hand_over(review, actor=self.actor, to=to, reason=reason, expected_version=expected_version)

    @acts("closure")
    def close(self, review: AccessReview, data: dict[str, Any], expected_version: int | None) -> AccessReview:
        """Close a review of which every line is decided."""
        return actions.close(review, actor=self.actor, expected_version=expected_version)

    @acts("cancellation", ReasonInput)
    def cancel(self, review: AccessReview, data: dict[str, Any], expected_version: int | None) -> AccessReview:
        """Call a review off; what was revoked stays revoked."""
        return actions.cancel(review, actor=self.actor, expected_version=expected_version, **{"reason": "", **data})

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, review: AccessReview) -> Any:
        """What happened to a review."""
        return entries_for(review)
