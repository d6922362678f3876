"""Tools by REST: what a model may call."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import creates, updates
from governance.api.output import Output
from registry.catalog import actions
from registry.catalog.api.base import ItemApi, resolved
from registry.catalog.filters import ToolFilters
from registry.catalog.models import Tool


class ToolOutput(Output):
    """A tool: what a call of it can do to the world, and what it is held to."""

    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Reference of the accountable person.")
    vendor = serializers.CharField(source="vendor.key", allow_null=True)

    class Meta:
        model = Tool
        fields = (
            "key", "name", "description", "effect", "limits", "vendor", "owner", "state", "version", "created_at", "updated_at"
        )  # fmt: skip


class ToolChange(Input):
    """What of a tool changes. Another effect, limit, description or vendor takes a new approval."""

    name = Name(required=False, max_length=200)
    description = Prose(required=False, max_length=4000)
    effect = serializers.ChoiceField(required=False, choices=Tool.Effect.choices)
    limits = Prose(required=False, max_length=2000)
    vendor = serializers.CharField(
        required=False, allow_null=True, max_length=60, help_text="Key of the vendor; null for our own."
    )
    example = {"limits": "At most 20 mails an hour, to addresses of customers only."}


class ToolInput(ToolChange):
    """What a tool is added with."""

    name = Name(max_length=200)
    effect = serializers.ChoiceField(choices=Tool.Effect.choices)
    key = serializers.CharField(required=False, max_length=100, help_text="Such as mail.send; made from the name when left out.")
    owner = serializers.CharField(required=False, max_length=40, help_text="Reference; the caller when left out.")
    example = {"name": "Send a mail to a customer", "key": "mail.send", "effect": "irreversible"}


class ToolApi(ItemApi):
    """Things that a model may call, with their effect: read, write, irreversible."""

    model = Tool
    serializer_class = ToolOutput
    filterset_class = ToolFilters
    ordering_fields = {"name": "name", "key": "key", "effect": "effect", "state": "state", "owner": "owner__name"}
    related = ("owner", "vendor")

    @creates(ToolInput)
    def create(self, data: dict[str, Any]) -> Tool:
        """Add a tool; it is proposed until it is approved."""
        return actions.add_tool(actor=self.actor, **resolved(data, self.actor))

    @updates(ToolChange)
    def partial_update(self, tool: Tool, data: dict[str, Any], expected_version: int | None) -> Any:
        """Change a tool's facts; another effect or limit takes a new approval."""
        return self.change(tool, data, expected_version)
