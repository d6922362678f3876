"""Drills over REST: plan, start, record, cancel, read."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import User
from registry.surfaces import queries as surfaces
from registry.surfaces.api.resolve import person
from registry.switches import actions, queries
from registry.switches.models import LONGEST_SECONDS, Drill
from registry.switches.tables import DrillFilters


class DrillOutput(Output):
    """A drill of one surface's lever."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key")
    led_by = serializers.CharField(source="led_by.ref", help_text="Reference of who leads it.")

    class Meta:
        model = Drill
        fields = (
            "key",
            "surface",
            "kind",
            "lever",
            "planned_on",
            "started_at",
            "run_at",
            "seconds",
            "outcome",
            "note",
            "led_by",
            "state",
            "created_at",
            "version",
        )


class PlanInput(Input):
    """A drill to come."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    kind = serializers.ChoiceField(choices=Drill.Kind.choices)
    planned_on = serializers.DateField()
    lever = Name(max_length=200, required=False, allow_blank=True)
    led_by = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    example = {"surface": "S-0418", "kind": "kill_switch", "planned_on": "2027-03-01", "lever": "Tools off"}


class MoveInput(Input):
    """Another day, or other hands."""

    planned_on = serializers.DateField()
    led_by = Name(max_length=40, required=False)
    example = {"planned_on": "2027-03-08"}


class OutcomeInput(Input):
    """How a planned drill went; `seconds` left out are those since the clock was started."""

    outcome = serializers.ChoiceField(choices=Drill.Outcome.choices)
    seconds = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_SECONDS)
    run_at = serializers.DateTimeField(required=False)
    note = Prose(max_length=4000, required=False)
    lever = Name(max_length=200, required=False, allow_blank=True)
    example = {"outcome": "passed", "seconds": 38, "note": "Tools were off in 38 seconds."}


class RecordInput(Input):
    """A drill that was run without a plan."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    kind = serializers.ChoiceField(choices=Drill.Kind.choices)
    run_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=Drill.Outcome.choices)
    seconds = serializers.IntegerField(min_value=1, max_value=LONGEST_SECONDS)
    note = Prose(max_length=4000, required=False)
    lever = Name(max_length=200, required=False, allow_blank=True)
    led_by = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    example = {
        "surface": "S-0418",
        "kind": "rollback",
        "run_at": "2026-03-01T09:00:00Z",
        "outcome": "passed",
        "seconds": 52,
        "lever": "Back to revision 6",
    }


class DrillApi(ActionViewSet):
    """Drills: trials of a surface's kill switch or rollback, each with how long the lever took."""

    model = Drill
    serializer_class = DrillOutput
    filterset_class = DrillFilters
    ordering_fields = {"planned_on": "planned_on", "seconds": "seconds", "state": "state"}
    ordering = "-planned_on"
    lookup_field = "key"
    required_scopes = {"read": ("controls:read",), "write": ("controls:write",)}

    def get_queryset(self) -> QuerySet[Drill]:
        """Return the drills that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Drill.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Drill:
        """Return the drill of the address (DR-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the leader as a person."""
        leader: User | None = person(data["led_by"], "led_by", self.actor) if data.get("led_by") else None
        return {**data, "led_by": leader} if "led_by" in data else dict(data)

    @creates(PlanInput)
    def create(self, data: dict[str, Any]) -> Drill:
        """Plan a drill."""
        given = self.named(data)
        return actions.plan(surfaces.get(self.actor, given.pop("surface")), actor=self.actor, **given)

    @acts("records", RecordInput, detail=False, status=201)
    def record(self, data: dict[str, Any]) -> Drill:
        """Record a drill that was run without a plan."""
        given = self.named(data)
        return actions.record(surfaces.get(self.actor, given.pop("surface")), actor=self.actor, **given)

    @updates(MoveInput)
    def partial_update(self, drill: Drill, data: dict[str, Any], expected_version: int | None) -> Drill:
        """Move a planned drill to another day or into other hands."""
        given = {"planned_on": drill.planned_on, **self.named(data)}
        return actions.move(drill, actor=self.actor, expected_version=expected_version, **given)

    @acts("start")
    def start(self, drill: Drill, data: dict[str, Any], expected_version: int | None) -> Drill:
        """Start the clock of a drill."""
        return actions.start(drill, actor=self.actor, expected_version=expected_version)

    @acts("outcome", OutcomeInput)
    def finish(self, drill: Drill, data: dict[str, Any], expected_version: int | None) -> Drill:
        """Record how a planned drill went."""
        return actions.finish(drill, actor=self.actor, expected_version=expected_version, **data)

    @acts("cancellation", ReasonInput)
    def cancel(self, drill: Drill, data: dict[str, Any], expected_version: int | None) -> Drill:
        """Call a planned drill off."""
        return actions.cancel(drill, actor=self.actor, expected_version=expected_version, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, drill: Drill) -> Any:
        """What happened to a drill."""
        return entries_for(drill)
