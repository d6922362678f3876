"""Modes over REST: every step, lowering at once, asking to raise. (What runs in a mode is read over OFREP.)"""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet, Resource
from governance.people.models import User
from registry.modes import actions, queries
from registry.modes.models import ModeChange, ModeRaise
from registry.modes.tables import ChangeFilters
from registry.surfaces.models import Mode, Surface

SCOPES = {"read": ("registry:read",), "write": ("registry:write",)}


class ModeChangeOutput(Output):
    """One step of a surface's mode."""

    key = serializers.CharField(help_text="M-12")
    surface = serializers.CharField(source="surface.key")
    actor = serializers.CharField(source="actor.ref", help_text="Reference of the person who took it.")
    request = serializers.CharField(
        source="request.key", allow_null=True, help_text="The approval of a raise; null for a lowering."
    )

    class Meta:
        model = ModeChange
        fields = ("key", "surface", "before", "after", "reason", "actor", "standing", "at", "request", "drill", "fallback")


class ModeRaiseOutput(Output):
    """A raise that was asked for."""

    key = serializers.CharField(help_text="MR-12")
    surface = serializers.CharField(source="surface.key")
    requester = serializers.CharField(source="requester.ref")
    request = serializers.CharField(source="request.key", allow_null=True, help_text="The approval request.")

    class Meta:
        model = ModeRaise
        fields = ("key", "surface", "before", "after", "reason", "requester", "digest", "request", "state", "version")


class LowerInput(Input):
    """How far it is lowered, and why."""

    to = serializers.ChoiceField(choices=Mode.choices, help_text="A mode below the present one.")
    reason = Prose(max_length=4000)
    drill = Name(max_length=40, required=False, help_text="The drill that it belongs to, such as DR-12.")
    example = {"to": "no_tools", "reason": "It books refunds twice."}


class RaiseInput(Input):
    """How far it is to be raised, and why it can be."""

    to = serializers.ChoiceField(choices=Mode.choices, help_text="A mode above the present one.")
    reason = Prose(max_length=4000)
    example = {"to": "normal", "reason": "The double booking is mended and tried."}


class ModeApi(ReadViewSet):
    """Every step of every mode, with who took it, when, and why."""

    model = ModeChange
    serializer_class = ModeChangeOutput
    filterset_class = ChangeFilters
    ordering_fields = {"at": "at", "key": "pk", "surface": "surface__name"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ModeChange]:
        """Return the steps that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ModeChange.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> ModeChange:
        """Return the step of the address (M-12)."""
        return queries.get(self.request.user, self.kwargs["key"])


class LeverApi(Resource):
    """The lever of one surface."""

    model = ModeChange
    required_scopes = SCOPES

    @property
    def actor(self) -> User:
        """The person or service account that acts."""
        user: Any = self.request.user
        return user

    def surface(self) -> Surface:
        """Return the surface of the address, for whoever sees it or is named for its lever. Raises NotVisible."""
        return queries.reach(self.request.user, self.kwargs["key"])

    @acts("", LowerInput, output=ModeChangeOutput, detail=False)
    def create(self, data: dict[str, Any]) -> ModeChange:
        """Lower the mode of a surface: it takes effect at once, and is served over OFREP from then on."""
        return actions.lower(self.surface(), actor=self.actor, **data)

    @acts("raise", RaiseInput, output=ModeRaiseOutput, detail=False)
    def ask_to_raise(self, data: dict[str, Any]) -> ModeRaise:
        """Ask that the mode of a surface be raised: the tier's approvers decide, and until then nothing changes."""
        return actions.ask_to_raise(self.surface(), actor=self.actor, **data)
