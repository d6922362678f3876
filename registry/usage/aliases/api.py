"""Aliases over REST: read them, say what a name means, have it mean another thing, take it back."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from registry.catalog import queries as catalog
from registry.catalog.models import Endpoint
from registry.surfaces import queries as surfaces
from registry.usage.aliases import actions, queries
from registry.usage.aliases.tables import AliasFilters
from registry.usage.models import UsageAlias


class AliasOutput(Output):
    """A name, where spans say it, and what it means."""

    key = serializers.CharField(help_text="UA-3")
    surface = serializers.CharField(source="surface.key", allow_null=True)
    endpoint = serializers.CharField(source="endpoint.key", allow_null=True)

    class Meta:
        model = UsageAlias
        fields = ("key", "attribute", "value", "surface", "endpoint", "version")


class ThingInput(Input):
    """What the name means: a surface, or for a model's name an endpoint."""

    surface = Name(required=False, max_length=40, help_text="The surface's key, such as S-0418.")
    endpoint = Name(required=False, max_length=100, help_text="The endpoint's key.")
    example = {"surface": "S-0418"}


class AliasInput(ThingInput):
    """A name and what it means."""

    attribute = serializers.ChoiceField(choices=UsageAlias.Attribute.choices)
    value = Name(max_length=300, help_text="Exactly as programs send it.")
    example = {"attribute": "service", "value": "claims-triage-prod", "surface": "S-0418"}


class ReasonInput(Input):
    """Why."""

    reason = Prose(required=False, default="", max_length=2000)
    example = {"reason": "The program has another name now."}


class AliasApi(ActionViewSet):
    """What programs call surfaces and endpoints, where they do not name them by key."""

    model = UsageAlias
    serializer_class = AliasOutput
    filterset_class = AliasFilters
    ordering_fields = {"value": "value", "attribute": "attribute"}
    ordering = "value"
    lookup_field = "key"
    required_scopes = {"read": ("usage:read",), "write": ("usage:write",)}

    def get_queryset(self) -> QuerySet[UsageAlias]:
        """Return the aliases that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return UsageAlias.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> UsageAlias:
        """Return the alias of the address (UA-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(AliasInput)
    def create(self, data: dict[str, Any]) -> UsageAlias:
        """Say what a name means; calls by it that were stored as unknown are matched again."""
        return actions.make(actor=self.actor, attribute=data["attribute"], value=data["value"], **self._thing(data))

    @updates(ThingInput)
    def partial_update(self, alias: UsageAlias, data: dict[str, Any], expected_version: int | None) -> UsageAlias:
        """Have a name mean another thing."""
        return actions.move(alias, actor=self.actor, expected_version=expected_version, **self._thing(data))

    @acts("removal", ReasonInput, status=204)
    def remove(self, alias: UsageAlias, data: dict[str, Any], expected_version: int | None) -> None:
        """Take a name back: what was matched by it stays as it is."""
        actions.remove(alias, actor=self.actor, **data)

    def _thing(self, data: dict[str, Any]) -> dict[str, Any]:
        surface = surfaces.get(self.actor, data["surface"]) if data.get("surface") else None
        endpoint = catalog.get(Endpoint, self.actor, data["endpoint"]) if data.get("endpoint") else None
        return {"surface": surface, "endpoint": endpoint}
