"""What reviews decided, over REST: read, change, end."""

from typing import Any

from django.db.models import QuerySet

from governance.api.input import ReasonInput
from governance.api.operations import acts, lists
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups
from governance.reviews import actions, queries
from governance.reviews.api import shapes
from governance.reviews.models import ReviewDecision
from governance.reviews.tables import DecisionFilters


class DecisionApi(ActionViewSet):
    """What reviews decided: each with one owner and one day."""

    model = ReviewDecision
    serializer_class = shapes.DecisionOutput
    filterset_class = DecisionFilters
    ordering_fields = {"due_on": "due_on", "key": "pk"}
    ordering = "due_on"
    lookup_field = "key"
    required_scopes = shapes.SCOPES

    def get_queryset(self) -> QuerySet[ReviewDecision]:
        """Return the decisions that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ReviewDecision.objects.none()
        return queries.decisions_visible_to(self.request.user)

    def get_object(self) -> ReviewDecision:
        """Return the decision of the address (RD-1)."""
        return queries.decision(self.request.user, self.kwargs["key"])

    @acts("changes", shapes.ChangeInput)
    def change(self, decision: ReviewDecision, data: dict[str, Any], expected_version: int | None) -> ReviewDecision:
        """Give a decision to another person, or another day."""
        owner = lookups.person_or_none(data.pop("owner", None), field="owner")
        return actions.change_decision(decision, actor=self.actor, owner=owner, expected_version=expected_version, **data)

    @acts("completion", shapes.DoneInput)
    def finish(self, decision: ReviewDecision, data: dict[str, Any], expected_version: int | None) -> ReviewDecision:
        """Say that what was decided is done."""
        return actions.do_decision(decision, actor=self.actor, expected_version=expected_version, **data)

    @acts("dropping", ReasonInput)
    def drop(self, decision: ReviewDecision, data: dict[str, Any], expected_version: int | None) -> ReviewDecision:
        """Say that what was decided will not be done."""
        return actions.drop_decision(decision, actor=self.actor, expected_version=expected_version, **{"reason": "", **data})

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, decision: ReviewDecision) -> Any:
        """What happened to a decision."""
        return entries_for(decision)
