"""Continuity over REST: plans, what would happen now, drills planned and run."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.catalog import queries as catalog
from registry.catalog.models import Endpoint, Vendor
from registry.continuity import actions, queries
from registry.continuity.models import LONGEST_DAYS, SHORTEST_DAYS, ContinuityPlan, VendorDrill
from registry.continuity.tables import DrillFilters, PlanFilters
from registry.surfaces.api.resolve import person

SCOPES = {"read": ("registry:read",), "write": ("registry:write",)}


class ContinuityPlanOutput(Output):
    """What we would do without a vendor or an endpoint."""

    key = serializers.CharField(help_text="CP-3")
    vendor = serializers.CharField(source="vendor.key", allow_null=True)
    endpoint = serializers.CharField(source="endpoint.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who answers for it.")

    class Meta:
        model = ContinuityPlan
        fields = (
            "key", "vendor", "endpoint", "owner", "if_down", "if_degraded", "if_policy_changes", "fallback", "drill_every_days",
            "next_drill_on", "state", "version",
        )  # fmt: skip


class OutlookLine(serializers.Serializer[Any]):
    """What would happen to one surface."""

    surface = serializers.CharField()
    tier = serializers.IntegerField(allow_null=True)
    works = serializers.BooleanField(help_text="Whether it goes on.")
    gone = serializers.ListField(child=serializers.CharField(), help_text="Endpoints and tools that it would lose.")
    takes_over = serializers.ListField(child=serializers.CharField(), help_text="Endpoints that would answer.")
    why = serializers.ListField(child=serializers.CharField(), help_text="What keeps the other routes from taking over.")
    instead = serializers.CharField(allow_blank=True, help_text="What the contract names for such a day.")


class OutlookOutput(serializers.Serializer[Any]):
    """What would happen now: the surfaces that the caller sees, and counts over all of them."""

    going_on = serializers.IntegerField()
    stopping = serializers.IntegerField()
    hidden = serializers.IntegerField(help_text="Surfaces that are counted and not for the caller to see.")
    surfaces = OutlookLine(many=True)


class VendorDrillOutput(Output):
    """A drill of a plan; its surfaces are read under `outlook`."""

    key = serializers.CharField(help_text="VD-3")
    plan = serializers.CharField(source="plan.key")
    led_by = serializers.CharField(source="led_by.ref")

    class Meta:
        model = VendorDrill
        fields = (
            "key", "plan", "scenario", "planned_on", "led_by", "run_at", "seconds", "outcome", "going_on", "stopping", "note",
            "lesson", "state", "version",
        )  # fmt: skip


class ContinuityPlanInput(Input):
    """A plan: for a vendor or for an endpoint."""

    vendor = Name(max_length=60, required=False, help_text="Key of the vendor; either this or an endpoint.")
    endpoint = Name(max_length=100, required=False)
    if_down = Prose(max_length=4000, help_text="What we would do on a day without it.")
    fallback = Prose(max_length=2000, help_text="What takes over.")
    if_degraded = Prose(max_length=4000, required=False)
    if_policy_changes = Prose(max_length=4000, required=False)
    owner = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    drill_every_days = serializers.IntegerField(required=False, min_value=SHORTEST_DAYS, max_value=LONGEST_DAYS)
    next_drill_on = serializers.DateField(required=False)
    example = {
        "vendor": "northwind-models",
        "if_down": "Claims on call switches the routes to the second vendor within the hour.",
        "fallback": "The second vendor's endpoint in Frankfurt; then the general queue.",
    }


class ContinuityPlanChange(Input):
    """What is written anew; fields left out stay."""

    if_down = Prose(max_length=4000, required=False)
    fallback = Prose(max_length=2000, required=False)
    if_degraded = Prose(max_length=4000, required=False)
    if_policy_changes = Prose(max_length=4000, required=False)
    owner = Name(max_length=40, required=False)
    drill_every_days = serializers.IntegerField(required=False, min_value=SHORTEST_DAYS, max_value=LONGEST_DAYS)
    next_drill_on = serializers.DateField(required=False)
    example = {"drill_every_days": 90}


class VendorDrillInput(Input):
    """A drill to come."""

    plan = Name(max_length=40, help_text="CP-3")
    planned_on = serializers.DateField()
    scenario = serializers.ChoiceField(choices=VendorDrill.Scenario.choices, required=False)
    led_by = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    example = {"plan": "CP-3", "planned_on": "2027-03-01", "scenario": "down"}


class VendorDrillResult(Input):
    """How a drill went; what would happen to each surface is computed."""

    outcome = serializers.ChoiceField(choices=VendorDrill.Outcome.choices)
    seconds = serializers.IntegerField(required=False, min_value=1, max_value=7 * 24 * 3600)
    note = Prose(max_length=4000, required=False)
    lesson = Name(max_length=400, required=False, allow_blank=True)
    example = {"outcome": "passed", "seconds": 240, "note": "Switched over in four minutes."}


def outlook(user: Any, rows: list[Any]) -> dict[str, Any]:
    """Return what would happen as it is answered: only surfaces that the caller sees."""
    shown, hidden = queries.seen(user, rows)
    works = sum(row["works"] if isinstance(row, dict) else row.works for row in rows)
    return {"going_on": works, "stopping": len(rows) - works, "hidden": hidden, "surfaces": shown}


class ContinuityPlanApi(ActionViewSet):
    """What we would do if a vendor or an endpoint changed a policy, degraded, or went down for a day."""

    model = ContinuityPlan
    serializer_class = ContinuityPlanOutput
    filterset_class = PlanFilters
    ordering_fields = {"next_drill_on": "next_drill_on", "key": "pk"}
    ordering = "next_drill_on"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ContinuityPlan]:
        """Return the plans that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ContinuityPlan.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> ContinuityPlan:
        """Return the plan of the address (CP-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the owner as a person."""
        return {**data, "owner": person(data["owner"], "owner", self.actor)} if data.get("owner") else dict(data)

    @creates(ContinuityPlanInput)
    def create(self, data: dict[str, Any]) -> ContinuityPlan:
        """Write down what we would do without a vendor or an endpoint."""
        given = self.named(data)
        vendor, endpoint = given.pop("vendor", ""), given.pop("endpoint", "")
        if bool(vendor) == bool(endpoint):
            raise Invalid("A plan is for a vendor or for an endpoint.", fields={"vendor": ["Name this or an endpoint."]})
        thing = catalog.get(Vendor if vendor else Endpoint, self.actor, vendor or endpoint)
        return actions.add_plan(thing, actor=self.actor, **given)

    @updates(ContinuityPlanChange)
    def partial_update(self, plan: ContinuityPlan, data: dict[str, Any], expected_version: int | None) -> ContinuityPlan:
        """Change a plan."""
        return actions.change_plan(plan, actor=self.actor, expected_version=expected_version, **self.named(data))

    @acts("retirement", ReasonInput)
    def retire(self, plan: ContinuityPlan, data: dict[str, Any], expected_version: int | None) -> ContinuityPlan:
        """Retire a plan."""
        return actions.retire_plan(plan, actor=self.actor, expected_version=expected_version, **data)

    @reads("outlook", output=OutlookOutput)
    def outlook(self, plan: ContinuityPlan) -> Any:
        """What would happen to each surface now."""
        return outlook(self.actor, queries.outlook(plan.thing))

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, plan: ContinuityPlan) -> Any:
        """What happened to a plan."""
        return entries_for(plan)


class VendorDrillApi(ActionViewSet):
    """Drills of a day without a vendor or an endpoint, and what came out for each surface."""

    model = VendorDrill
    serializer_class = VendorDrillOutput
    filterset_class = DrillFilters
    ordering_fields = {"planned_on": "planned_on", "run_at": "run_at"}
    ordering = "-planned_on"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[VendorDrill]:
        """Return the drills that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return VendorDrill.objects.none()
        return queries.drills_visible_to(self.request.user).defer("rows")

    def get_object(self) -> VendorDrill:
        """Return the drill of the address (VD-3)."""
        return queries.get_drill(self.request.user, self.kwargs["key"])

    @creates(VendorDrillInput)
    def create(self, data: dict[str, Any]) -> VendorDrill:
        """Plan a drill."""
        given = dict(data)
        plan = queries.get(self.actor, given.pop("plan"))
        if given.get("led_by"):
            given["led_by"] = person(given["led_by"], "led_by", self.actor)
        return actions.plan_drill(plan, actor=self.actor, **given)

    @acts("result", VendorDrillResult)
    def run(self, drill: VendorDrill, data: dict[str, Any], expected_version: int | None) -> VendorDrill:
        """Run a drill now and record how it went."""
        return actions.run_drill(drill, actor=self.actor, expected_version=expected_version, **data)

    @acts("cancellation", ReasonInput)
    def cancel(self, drill: VendorDrill, data: dict[str, Any], expected_version: int | None) -> VendorDrill:
        """Call a planned drill off."""
        return actions.cancel_drill(drill, actor=self.actor, expected_version=expected_version, **data)

    @reads("outlook", output=OutlookOutput)
    def outlook(self, drill: VendorDrill) -> Any:
        """What came out for each surface; for a planned drill, what would come out now."""
        done = drill.state == VendorDrill.State.DONE
        return outlook(self.actor, drill.rows if done else queries.outlook(drill.plan.thing))
