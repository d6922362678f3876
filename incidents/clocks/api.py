"""Clocks over REST: read what runs, flag a deadline, say that it was met or never applied, pause, let go on."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core import clock as time
from incidents.cases import queries as cases
from incidents.clocks import actions, queries, rules
from incidents.clocks.models import Clock
from incidents.clocks.tables import ClockFilters


class ClockOutput(Output):
    """One limit by which an incident is measured."""

    key = serializers.CharField()
    incident = serializers.CharField(source="incident.key")
    flagged_by = serializers.CharField(source="flagged_by.ref", allow_null=True, help_text="Who flagged it; law and contract.")
    missed = serializers.SerializerMethodField(help_text="Whether its time ran out before it was met, as of now.")

    class Meta:
        model = Clock
        fields = (
            "key", "incident", "kind", "name", "started_at", "limit_seconds", "business", "warn_at", "due_at", "paused_at",
            "stopped_at", "stopped_as", "missed", "warned_at", "breached_at", "flagged_by", "version", "updated_at",
        )  # fmt: skip

    def get_missed(self, row: Clock) -> bool:
        """Return whether it is late."""
        return rules.missed(row, time.now())


class FlagInput(Input):
    """Which deadline of law or contract applies to which incident, since when the company knows, and why."""

    incident = Name(max_length=24, help_text="Its key.")
    kind = Name(max_length=40, help_text="Key of a regulatory clock of the policy: gdpr, ai_act_serious, …")
    reason = Prose(max_length=4000)
    at = serializers.DateTimeField(required=False, help_text="Since when the company is aware; now when left out.")
    example = {"incident": "INC-207", "kind": "gdpr", "reason": "Members saw addresses that are not theirs."}


class MetInput(Input):
    """Who was told, how and when."""

    reason = Prose(max_length=4000)
    at = serializers.DateTimeField(required=False, help_text="When; now when left out.")
    example = {"reason": "Reported by the authority's form, reference 2026-1187."}


class ClockApi(ActionViewSet):
    """Clocks of incidents; without `state` those that run, the one due soonest first."""

    model = Clock
    serializer_class = ClockOutput
    filterset_class = ClockFilters
    ordering_fields = {"due_at": "due_at", "started_at": "started_at"}
    ordering = "due_at"
    related = ("incident", "flagged_by")
    lookup_field = "key"
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    def get_queryset(self) -> QuerySet[Clock]:
        """Return the clocks that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Clock.objects.none()
        return queries.visible_to(self.request.user).select_related("incident", "flagged_by")

    def get_object(self) -> Clock:
        """Return the clock of the address (CLK-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(FlagInput)
    def create(self, data: dict[str, Any]) -> Clock:
        """Flag a deadline of law or contract on an incident."""
        incident = cases.get(self.request.user, data.pop("incident"))
        return actions.flag(incident, actor=self.actor, **data)

    @acts("meeting", MetInput)
    def meet(self, clock: Clock, data: dict[str, Any], expected_version: int | None) -> Clock:
        """Say that a flagged deadline was met."""
        return actions.meet(clock, actor=self.actor, expected_version=expected_version, **data)

    @acts("calling-off", ReasonInput)
    def call_off(self, clock: Clock, data: dict[str, Any], expected_version: int | None) -> Clock:
        """Say that a flagged deadline never applied."""
        return actions.call_off(clock, actor=self.actor, expected_version=expected_version, **data)

    @acts("pause", ReasonInput)
    def pause(self, clock: Clock, data: dict[str, Any], expected_version: int | None) -> Clock:
        """Stop the time of a clock for a while; a deadline of law is never paused."""
        return actions.pause(clock, actor=self.actor, expected_version=expected_version, **data)

    @acts("resumption", ReasonInput)
    def resume(self, clock: Clock, data: dict[str, Any], expected_version: int | None) -> Clock:
        """Let a paused clock go on."""
        return actions.resume(clock, actor=self.actor, expected_version=expected_version, **data)
