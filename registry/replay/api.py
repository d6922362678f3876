"""A replay by REST, under the draft that it is of."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.operations import reads
from governance.api.viewsets import Resource
from governance.core.errors import TooLarge
from governance.policy.models import PolicyDraft
from registry.replay import queries, reading
from registry.replay.past import OUTCOMES

MOST = 2000
"""Changes, or surfaces, that one call answers at most."""


class ReplayedOutput(serializers.Serializer[Any]):
    """What the draft would have done to one past change."""

    key = serializers.CharField()
    title = serializers.CharField()
    surface = serializers.CharField()
    surface_key = serializers.CharField()
    tier = serializers.IntegerField()
    state = serializers.CharField()
    asked_at = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[(key, words) for key, (_, _, words) in OUTCOMES.items()])
    then = serializers.CharField(help_text="Lane and people it had.")
    now = serializers.CharField(help_text="Lane and people it would have under the draft.")
    reasons = serializers.ListField(child=serializers.CharField())
    unknown = serializers.ListField(child=serializers.CharField(), help_text="What nobody can know.")
    hours_sooner = serializers.FloatField()


class ReplayOutput(serializers.Serializer[Any]):
    """A replay of the changes of a period: how many have each outcome, and each of them."""

    draft = serializers.CharField()
    months = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    changes = ReplayedOutput(many=True)


class TurnedControlOutput(serializers.Serializer[Any]):
    """A control that would turn."""

    key = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField()
    holds = serializers.BooleanField(help_text="Whether it holds a revision back while it is red.")


class TurnedOutput(serializers.Serializer[Any]):
    """A surface on which controls would stand otherwise today."""

    key = serializers.CharField()
    name = serializers.CharField()
    tier = serializers.IntegerField()
    holds = serializers.BooleanField(help_text="Whether its next revision would be held back.")
    red = TurnedControlOutput(many=True)
    green = TurnedControlOutput(many=True)


class ReplayApi(Resource):
    """What a draft of the policy would have done, before it is proposed."""

    model = PolicyDraft
    serializer_class = ReplayOutput
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"
    tag = "policy"
    required_scopes: ClassVar[dict[str, tuple[str, ...]]] = {
        "read": ("policy:read", "registry:read"),
        "write": ("policy:write",),
    }

    def get_queryset(self) -> QuerySet[PolicyDraft]:
        """Return the drafts that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return PolicyDraft.objects.none()
        return PolicyDraft.objects.visible_to(self.request.user)

    @reads(
        "replay",
        output=ReplayOutput,
        parameters=[OpenApiParameter("months", int, description="How many months back, 12 when left out, at most 60.")],
    )
    def replay(self, draft: PolicyDraft) -> dict[str, Any]:
        """The past changes that the caller may see, under the draft: what it would have stopped or let through."""
        months = reading.months_of(str(self.parameters.get("months", "")))
        count = queries.past_changes(self.request.user, months).count()
        if count > MOST:
            raise TooLarge(f"There were {count:,} changes in this period.", fix="Ask for fewer months, or look at the page.")
        rows = [reading.change_row(verdict) for verdict in queries.verdicts(self.request.user, draft, months)]
        counts = {key: sum(row["outcome"] == key for row in rows) for key in OUTCOMES}
        return {"draft": draft.key, "months": months, "counts": counts, "changes": rows}

    @reads("replay-today", output=TurnedOutput, many=True)
    def today(self, draft: PolicyDraft) -> list[dict[str, Any]]:
        """The surfaces that would turn red or green today under the draft."""
        count = queries.surfaces_in_force(self.request.user).count()
        if count > MOST:
            raise TooLarge(f"There are {count:,} surfaces in force.", fix="Look at the draft's page, which does it as a job.")
        return [reading.surface_row(found) for found in queries.turned(self.request.user, draft) if found is not None]
