"""Freezes over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.changes import actions, queries
from registry.changes.freezes import FreezeFilters
from registry.changes.models import FreezeWindow
from registry.surfaces.api.resolve import team


class FreezeOutput(Output):
    """A span of time in which nothing new comes into force; no tiers means all, no teams means all."""

    key = serializers.CharField()
    tiers = serializers.SerializerMethodField()
    teams = serializers.SerializerMethodField()
    made_by = serializers.CharField(source="made_by.ref")

    class Meta:
        model = FreezeWindow
        fields = (
            "key",
            "name",
            "reason",
            "starts_at",
            "ends_at",
            "tiers",
            "teams",
            "made_by",
            "ended_at",
            "ended_why",
            "created_at",
            "version",
        )

    def get_tiers(self, window: FreezeWindow) -> list[int]:
        """The tiers it is limited to."""
        return [scope.tier for scope in window.scopes.all() if scope.tier is not None]

    def get_teams(self, window: FreezeWindow) -> list[str]:
        """The keys of the teams it is limited to."""
        return [scope.team.key for scope in window.scopes.all() if scope.team is not None]


class FreezeInput(Input):
    """A freeze: what it is called, why, from when to when, and for whom."""

    name = Name(max_length=200)
    reason = Prose(max_length=4000, allow_blank=False)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    tiers = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=4), required=False, max_length=5, help_text="Left out: every tier."
    )
    teams = serializers.ListField(
        child=Name(max_length=100), required=False, max_length=100, help_text="Keys of teams; left out: every team."
    )
    example = {
        "name": "Year-end close",
        "reason": "Claims are settled by hand in these weeks.",
        "starts_at": "2026-12-19T00:00:00Z",
        "ends_at": "2027-01-04T06:00:00Z",
        "tiers": [3, 4],
    }


class EndInput(Input):
    """Why a freeze ends before its time."""

    reason = Prose(max_length=4000, allow_blank=False)
    example = {"reason": "The close is done."}


class FreezeApi(ActionViewSet):
    """Freezes: spans of time in which nothing new comes into force, save rollbacks and emergencies."""

    model = FreezeWindow
    serializer_class = FreezeOutput
    filterset_class = FreezeFilters
    ordering_fields = {"starts_at": "starts_at", "ends_at": "ends_at", "name": "name"}
    ordering = "-starts_at"
    lookup_field = "key"
    required_scopes = {"read": ("controls:read",), "write": ("controls:write",)}

    def get_queryset(self) -> QuerySet[FreezeWindow]:
        """Return the freezes that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return FreezeWindow.objects.none()
        return queries.freezes_for(self.request.user)

    def get_object(self) -> FreezeWindow:
        """Return the freeze of the address (FW-3)."""
        return queries.get_freeze(self.request.user, self.kwargs["key"])

    @creates(FreezeInput)
    def create(self, data: dict[str, Any]) -> FreezeWindow:
        """Declare a freeze."""
        given = {**data, "teams": [team(key) for key in data.get("teams", [])]}
        return actions.freeze(actor=self.actor, **given)

    @acts("end", EndInput)
    def end(self, window: FreezeWindow, data: dict[str, Any], expected_version: int | None) -> FreezeWindow:
        """End a freeze early."""
        return actions.end_freeze(window, actor=self.actor, expected_version=expected_version, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, window: FreezeWindow) -> Any:
        """What happened to a freeze."""
        return entries_for(window)
