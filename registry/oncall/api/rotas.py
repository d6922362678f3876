"""Rotas over REST."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import Team
from registry.oncall import actions, calendar, queries, rules
from registry.oncall.actions import LayerTerms
from registry.oncall.models import Rota, RotaLayer, RotaOverride
from registry.oncall.tables import RotaFilters
from registry.surfaces.api.resolve import person

MOST_DAYS = 92
NINE = time(9, 0)


class PlaceOutput(serializers.Serializer[Any]):
    """Somebody by reference and name."""

    ref = serializers.CharField(source="person.ref")
    name = serializers.CharField(source="person.name")


class LayerOutput(Output):
    """People who take turns in a rota."""

    people = PlaceOutput(many=True, help_text="In the order of their turns.")
    restriction = serializers.JSONField(help_text="Empty: at all times. Else weekdays (0 is Monday), from and to.")

    class Meta:
        model = RotaLayer
        fields = ("order", "name", "rotation", "every", "handover", "starts_on", "restriction", "people")


class RotaRow(Output):
    """A rota as a row of the list."""

    team = serializers.CharField(source="team.key")

    class Meta:
        model = Rota
        fields = ("key", "name", "team", "time_zone", "state", "version", "updated_at")


class RotaOutput(RotaRow):
    """A rota with its layers."""

    layers = LayerOutput(many=True, help_text="The highest first; it wins where several cover a moment.")

    class Meta:
        model = Rota
        fields = ("key", "name", "team", "time_zone", "state", "layers", "created_at", "version")


class ShiftOutput(serializers.Serializer[Any]):
    """One person on call from one moment to another."""

    rota = serializers.CharField(source="rota.key")
    person = serializers.CharField(source="person.ref")
    name = serializers.CharField(source="person.name")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    layer = serializers.CharField(help_text="Empty for an override.", allow_blank=True)


class OverrideOutput(Output):
    """Somebody who is on call for a while instead of whoever has the turn."""

    person = serializers.CharField(source="person.ref")

    class Meta:
        model = RotaOverride
        fields = ("id", "person", "starts_at", "ends_at", "reason", "cancelled_at", "version")


class RotaInput(Input):
    """What a rota is made of."""

    name = Name(max_length=200)
    team = Name(max_length=60, help_text="The team's key.")
    time_zone = Name(max_length=60, required=False, help_text="Such as Europe/Berlin; left out: your own.")
    example = {"name": "Claims on call", "team": "claims", "time_zone": "Europe/Berlin"}


class LayerInput(Nested):
    """A layer as it shall be."""

    name = Name(max_length=100)
    people = serializers.ListField(child=Name(max_length=40), min_length=1, max_length=rules.MOST_PEOPLE)
    rotation = serializers.ChoiceField(choices=RotaLayer.Rotation.choices, default="weekly")
    every = serializers.IntegerField(min_value=1, max_value=168, default=1)
    handover = serializers.TimeField(default=NINE)
    starts_on = serializers.DateField()
    restriction = serializers.DictField(required=False, help_text='Such as {"weekdays": [5, 6], "from": "09:00", "to": "09:00"}.')
    order = serializers.IntegerField(min_value=1, max_value=99, required=False)


class LayersInput(Input):
    """All layers of a rota; those that stand there are replaced."""

    layers = LayerInput(many=True, help_text="The lowest first, unless they say their order.")
    example = {"layers": [{"name": "Primary", "people": ["p_4f1d2c9a8b7e6d50"], "starts_on": "2026-12-07", "rotation": "weekly"}]}


class OverrideInput(Input):
    """Who is on call instead, from when until when."""

    person = Name(max_length=40, help_text="Reference of a person.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = Prose(max_length=1000, required=False, allow_blank=True)
    example = {"person": "p_4f1d2c9a8b7e6d50", "starts_at": "2026-12-24T09:00:00Z", "ends_at": "2026-12-27T09:00:00Z"}


class CancelInput(Input):
    """Which override is called off."""

    override = serializers.IntegerField(min_value=1, max_value=2**53, help_text="Its id.")
    reason = Prose(max_length=1000, required=False, allow_blank=True)
    example = {"override": 12, "reason": "Back a day early."}


def team_of(key: str) -> Team:
    """Return a team by its key. Raises Invalid."""
    found = Team.objects.select_related("lead").filter(key=key).first()
    if found is None:
        raise Invalid(f"There is no team {key}.", fix="Use a key from /teams.", fields={"team": ["Unknown."]})
    return found


class RotaApi(ActionViewSet):
    """Rotas: who is called, turn by turn, with overrides."""

    model = Rota
    serializer_class = RotaOutput
    list_serializer_class = RotaRow
    filterset_class = RotaFilters
    ordering_fields = {"name": "name", "team": "team__name"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("oncall:read",), "write": ("oncall:write",)}

    def get_queryset(self) -> QuerySet[Rota]:
        """Return the rotas that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Rota.objects.none()
        found: QuerySet[Rota] = Rota.objects.visible_to(self.request.user)
        return found.select_related("team") if self.is_list() else queries.rotas(self.request.user)

    @creates(RotaInput)
    def create(self, data: dict[str, Any]) -> Rota:
        """Make a rota."""
        return actions.make_rota(actor=self.actor, **{**data, "team": team_of(data["team"])})

    @updates(RotaInput)
    def partial_update(self, rota: Rota, data: dict[str, Any], expected_version: int | None) -> Rota:
        """Change a rota's name, team or time zone."""
        held = {"name": rota.name, "team": rota.team, "time_zone": rota.time_zone}
        given = {**held, **data, **({"team": team_of(data["team"])} if "team" in data else {})}
        return actions.change_rota(rota, actor=self.actor, expected_version=expected_version, **given)

    @acts("layers", LayersInput, method="put")
    def set_layers(self, rota: Rota, data: dict[str, Any], expected_version: int | None) -> Rota:
        """Replace the layers of a rota."""
        wanted = [
            LayerTerms(**{**row, "people": [person(ref, "people", self.actor) for ref in row["people"]]})
            for row in data["layers"]
        ]
        made = actions.set_layers(rota, wanted, actor=self.actor, expected_version=expected_version)
        return queries.rota(self.actor, made.key)

    @acts("retirement", ReasonInput)
    def retire(self, rota: Rota, data: dict[str, Any], expected_version: int | None) -> Rota:
        """Retire a rota that no path calls."""
        return actions.retire_rota(rota, actor=self.actor, expected_version=expected_version, **data)

    @reads("on-call", output=ShiftOutput, many=True)
    def on_call(self, rota: Rota) -> Any:
        """Who is on call in a rota now, with what is left of the shift; empty for nobody."""
        now = clock.now()
        found = queries.shifts(rota, now, now + timedelta(days=MOST_DAYS))[:1]
        return [shift for shift in found if shift.starts_at <= now]

    @reads(
        "shifts",
        output=ShiftOutput,
        many=True,
        parameters=[
            OpenApiParameter("start", OpenApiTypes.DATE, description="The first day, by the rota's clock; left out: today."),
            OpenApiParameter(
                "days",
                {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
                description="How many days; left out: 14.",
            ),
        ],
    )
    def shifts(self, rota: Rota) -> Any:
        """The shifts of a rota for some days, as its layers and overrides stand now."""
        first = self.parameters.get("start") or clock.now().astimezone(ZoneInfo(rota.time_zone)).date()
        if not date(2000, 1, 1) <= first <= date(2200, 1, 1):
            raise Invalid("This day is too far away.", fields={"start": ["Between the years 2000 and 2200."]})
        last = first + timedelta(days=self.parameters.get("days", 14))
        return queries.shifts(rota, calendar.midnight(first, rota), calendar.midnight(last, rota))

    @reads("overrides", output=OverrideOutput, many=True)
    def overrides(self, rota: Rota) -> Any:
        """The overrides of a rota that run or are to come."""
        return queries.overrides_of(rota)[:200]

    @acts("overrides", OverrideInput, status=201, output=OverrideOutput, if_match="none")
    def cover(self, rota: Rota, data: dict[str, Any], expected_version: int | None) -> RotaOverride:
        """Put somebody else on call for a while."""
        who = person(data["person"], "person", self.actor)
        return actions.cover(rota, actor=self.actor, **{**data, "person": who})

    @acts("override-cancellations", CancelInput, output=OverrideOutput, if_match="none")
    def cancel_cover(self, rota: Rota, data: dict[str, Any], expected_version: int | None) -> RotaOverride:
        """Call an override off; one that runs ends now."""
        found = queries.override(self.actor, rota, data["override"])
        return actions.cancel_cover(found, actor=self.actor, reason=data.get("reason", ""))

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, rota: Rota) -> Any:
        """What happened to a rota."""
        return entries_for(rota)
