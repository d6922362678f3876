"""Quarantines over REST: read them, see what one would touch, place one at once, ask that one be lifted."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.quarantine import actions, queries, reading
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.quarantine.tables import QuarantineFilters


class QuarantineOutput(Output):
    """One thing that no surface uses, since when, why, and when it was lifted."""

    key = serializers.CharField(help_text="Q-4")
    thing = serializers.CharField(source="thing_key", help_text="Key of the endpoint, tool or vendor; name of the source.")
    by = serializers.CharField(source="by.ref", help_text="Reference of the person.")
    lifted_by = serializers.CharField(source="lifted_by.ref", allow_null=True)

    class Meta:
        model = Quarantine
        fields = (
            "key", "kind", "thing", "reason", "by", "standing", "since", "incident_key", "lifted_at", "lifted_by",
            "lifted_reason", "version",
        )  # fmt: skip


class LiftOutput(Output):
    """A request to lift a quarantine."""

    key = serializers.CharField(help_text="QL-2")
    quarantine = serializers.CharField(source="quarantine.key")
    requester = serializers.CharField(source="requester.ref")
    request = serializers.CharField(source="request.key", allow_null=True, help_text="The approval request.")

    class Meta:
        model = QuarantineLift
        fields = ("key", "quarantine", "reason", "requester", "digest", "request", "state", "version")


class TouchedRow(serializers.Serializer[Any]):
    """A surface whose contract in force names the thing."""

    surface = serializers.CharField(source="surface.key")
    tier = serializers.IntegerField(source="surface.tier", allow_null=True)
    loses = serializers.SerializerMethodField(help_text="What of its contract is gone.")
    routes_left = serializers.SerializerMethodField(help_text="Endpoints that still answer.")
    stops = serializers.BooleanField(source="left.stops", help_text="No route is left.")

    def get_loses(self, row: queries.Touched) -> list[str]:
        """Return what is gone, each as kind and key."""
        return [f"{each.kind} {each.key}" for each in row.left.lost]

    def get_routes_left(self, row: queries.Touched) -> list[str]:
        """Return the endpoints that still answer."""
        return list(row.left.routes)


class TouchedOutput(serializers.Serializer[Any]):
    """What a quarantine touches: surfaces that the caller may see, and how many there are altogether."""

    count = serializers.IntegerField()
    stopping = serializers.IntegerField(help_text="How many have no route left.")
    hidden = serializers.IntegerField(help_text="How many are not listed: too many, or not for the caller.")
    surfaces = TouchedRow(source="rows", many=True)


class PlaceInput(Input):
    """What is taken out of use, and why."""

    kind = serializers.ChoiceField(choices=Quarantine.Kind.choices)
    thing = Name(max_length=200, help_text="Key of the endpoint, tool or vendor; name of the source.")
    reason = Prose(max_length=4000)
    incident_key = Name(max_length=40, required=False, allow_blank=True, help_text="The incident that it is for.")
    example = {"kind": "endpoint", "thing": "meridian-large-eu", "reason": "It answers with the data of others."}


class LiftInput(Input):
    """What was wrong and is mended."""

    reason = Prose(max_length=4000)
    example = {"reason": "The vendor mended it, and 200 cases were run against it."}


class QuarantineApi(ActionViewSet):
    """Endpoints, sources, tools and vendors taken out of use for every surface at once."""

    model = Quarantine
    serializer_class = QuarantineOutput
    filterset_class = QuarantineFilters
    ordering_fields = {"since": "since", "kind": "kind", "lifted_at": "lifted_at"}
    ordering = "-since"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Quarantine]:
        """Return the quarantines that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Quarantine.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Quarantine:
        """Return the quarantine of the address (Q-4)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(PlaceInput)
    def create(self, data: dict[str, Any]) -> Quarantine:
        """Take a thing out of use, for every surface, from this moment on."""
        given = dict(data)
        thing = queries.thing_of(self.actor, given["kind"], given.pop("thing"))
        return actions.place(actor=self.actor, thing=thing, **given)

    @reads(
        "preview",
        output=TouchedOutput,
        detail=False,
        parameters=[
            OpenApiParameter("kind", str, required=True, enum=Quarantine.Kind.values),
            OpenApiParameter("thing", str, required=True),
        ],
    )
    def preview(self) -> Any:
        """What a quarantine of a thing would touch, before it is placed."""
        kind = self.parameters["kind"]
        return reading.touched(self.actor, kind, queries.thing_of(self.actor, kind, self.parameters["thing"]))

    @reads("touched", output=TouchedOutput)
    def touched(self, quarantine: Quarantine) -> Any:
        """What a quarantine touches now."""
        return reading.touched(self.actor, quarantine.kind, quarantine.thing)

    @acts("lift", LiftInput, output=LiftOutput, status=201)
    def lift(self, quarantine: Quarantine, data: dict[str, Any], expected_version: int | None) -> QuarantineLift:
        """Ask that a quarantine be lifted: named people decide, and until then nothing changes."""
        return actions.ask_to_lift(quarantine, actor=self.actor, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, quarantine: Quarantine) -> Any:
        """What happened to a quarantine."""
        return entries_for(quarantine)
