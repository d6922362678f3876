"""Controls over REST: the kept results as a list, and how one surface stands, computed as it is asked."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.operations import reads
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet, Resource
from governance.core.errors import NotVisible
from registry.controls import queries
from registry.controls.filters import ByItselfFilters, ResultFilters
from registry.controls.models import ByItself, ControlResult, Status
from registry.controls.standing import Result, Standing
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

SCOPES = {"read": ("controls:read",), "write": ("controls:write",)}


class ControlRow(Output):
    """How one control of one surface stood when it was last looked at."""

    surface = serializers.CharField(source="surface.key")
    surface_name = serializers.CharField(source="surface.name")
    tier = serializers.IntegerField(source="surface.tier", allow_null=True)
    exception = serializers.CharField(source="exception_key", allow_blank=True, help_text="X-12, empty without one.")

    class Meta:
        model = ControlResult
        fields = (
            "id", "surface", "surface_name", "tier", "control", "title", "status", "why", "next_step", "blocking",
            "expires_at", "exception", "since",
        )  # fmt: skip


class ControlApi(ReadViewSet):
    """How the controls of surfaces stood when they were last looked at; what changes is looked at at once."""

    model = ControlResult
    serializer_class = ControlRow
    filterset_class = ResultFilters
    ordering_fields = {
        "surface": "surface", "control": "control", "status": "status", "since": "since", "expires_at": "expires_at",
    }  # fmt: skip
    ordering = "surface"
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ControlResult]:
        """Return the results of the surfaces that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ControlResult.objects.none()
        return queries.visible_to(self.request.user)


class StandingEvidence(serializers.Serializer[Any]):
    """Evidence that serves a control."""

    key = serializers.CharField(help_text="EV-12")
    title = serializers.CharField()
    collector = serializers.CharField()
    collected_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True, help_text="The last day on which it counts.")
    is_current = serializers.BooleanField()


class StandingByItself(Output):
    """A record held here that shows a control without having been handed in."""

    kind = serializers.ChoiceField(ByItself.Kind.choices)
    record = serializers.CharField(source="record_key", help_text="RUN-12, DR-3, A-7, or a vendor's key.")
    entry = serializers.IntegerField(allow_null=True, help_text="Number of the ledger entry that told of it.")

    class Meta:
        model = ByItself
        fields: tuple[str, ...] = ("kind", "record", "label", "on", "entry", "digest")


class ByItselfRow(StandingByItself):
    """A record that shows a control of a surface without having been handed in."""

    surface = serializers.CharField(source="surface.key")
    surface_name = serializers.CharField(source="surface.name")

    class Meta(StandingByItself.Meta):
        fields = ("id", "surface", "surface_name", "control", "title", *StandingByItself.Meta.fields)


class ByItselfApi(ReadViewSet):
    """Evidence by itself: eval runs, drills, reviews of vendors and approvals that show controls of surfaces."""

    model = ByItself
    serializer_class = ByItselfRow
    filterset_class = ByItselfFilters
    ordering_fields = {"on": "on", "surface": "surface", "control": "control"}
    ordering = "-on"
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ByItself]:
        """Return what speaks for the surfaces that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ByItself.objects.none()
        return queries.by_itself(self.request.user)


class StandingControl(serializers.Serializer[Any]):
    """How one control stands now."""

    control = serializers.CharField()
    title = serializers.CharField()
    demand = serializers.CharField(help_text="Why policy asks for it.")
    kind = serializers.ChoiceField(["automatic", "attested"])
    status = serializers.ChoiceField(Status.choices)
    why = serializers.CharField()
    next_step = serializers.CharField(allow_blank=True)
    next_url = serializers.CharField(allow_blank=True)
    blocking = serializers.BooleanField(help_text="Whether it would hold a revision back on this tier.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When time alone turns it.")
    exception = serializers.CharField(allow_blank=True, help_text="X-12, empty without one.")
    evidence = StandingEvidence(many=True)
    by_itself = StandingByItself(many=True, help_text="Records of the work itself that show it; nobody handed them in.")


class StandingOutput(serializers.Serializer[Any]):
    """How all controls that a surface's tier demands stand now."""

    surface = serializers.CharField()
    revision = serializers.IntegerField(allow_null=True)
    tier = serializers.IntegerField()
    at = serializers.DateTimeField()
    demanded = serializers.IntegerField()
    met = serializers.IntegerField()
    excepted = serializers.IntegerField()
    unmet = serializers.IntegerField()
    holding = serializers.ListField(child=serializers.CharField(), help_text="Controls that hold a revision back.")
    turns_at = serializers.DateTimeField(allow_null=True)
    controls = StandingControl(many=True)


class SurfaceControlsApi(Resource):
    """Surfaces: how the controls of one stand."""

    model = Surface
    lookup_field = "key"
    required_scopes = SCOPES

    def get_object(self) -> Surface:
        """Return the surface of the address by its key. Raises NotVisible."""
        return surfaces.get(self.request.user, self.kwargs["key"])

    @reads(
        "controls",
        output=StandingOutput,
        parameters=[OpenApiParameter("revision", {"type": "integer", "minimum": 1, "maximum": 999_999}, required=False)],
    )
    def controls(self, surface: Surface) -> dict[str, Any]:
        """How the controls of a surface stand now, for what is in force, what was proposed last, or a named revision."""
        number = self.parameters.get("revision")
        newest = surface.revisions.order_by("-number")
        revision = newest.filter(number=number).first() if number else surface.in_force or newest.first()
        if number and revision is None:
            raise NotVisible(f"There is no revision {number}.", fix="Look at the list of revisions.")
        if surface.tier is None and revision is None:
            raise NotVisible("This surface has no tier, so no control is demanded.", fix="Set its tier.")
        standing = queries.standing(surface, revision=revision if number else None)
        return answer(standing, revision.number if revision else None, queries.shown_on(self.request.user, surface))


def answer(standing: Standing, number: int | None, shown: Mapping[str, list[ByItself]]) -> dict[str, Any]:
    """Return a standing as plain values, with what shows each control by itself."""
    return {
        "surface": standing.surface_key,
        "revision": number,
        "tier": standing.tier,
        "at": standing.at,
        "demanded": standing.demanded,
        "met": standing.met,
        "excepted": standing.count(Status.EXCEPTED),
        "unmet": len(standing.unmet),
        "holding": [result.key for result in standing.unmet_blocking],
        "turns_at": standing.turns_at,
        "controls": [_control(result, shown.get(result.key, [])) for result in standing.results],
    }


def _control(result: Result, shown: list[ByItself]) -> dict[str, Any]:
    same = ("title", "demand", "kind", "status", "why", "next_step", "next_url", "blocking", "expires_at", "evidence")
    return {
        "control": result.key,
        **{name: getattr(result, name) for name in same},
        "exception": result.exception.key if result.exception else "",
        "by_itself": shown,
    }
