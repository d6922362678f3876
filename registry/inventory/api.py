"""Inventories over REST: hand a file in, read what of it is new, take over what is chosen."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.catalog import queries as catalog
from registry.catalog.models import Vendor
from registry.inventory import actions, planning, queries, reading
from registry.inventory.models import Inventory
from registry.inventory.tables import InventoryFilters


class InventoryRowOutput(Output):
    """A file of models that was read."""

    key = serializers.CharField(help_text="IV-3")
    vendor = serializers.CharField(source="vendor.key", allow_null=True)
    by = serializers.CharField(source="by.ref")

    class Meta:
        model = Inventory
        fields: tuple[str, ...] = (
            "key",
            "kind",
            "file_name",
            "digest",
            "vendor",
            "by",
            "secrets",
            "state",
            "version",
            "created_at",
        )


class InventoryOutput(InventoryRowOutput):
    """A file of models with what it says and what came of it."""

    lines = serializers.JSONField(help_text="What it says of each model.")
    made = serializers.JSONField(help_text="What was taken over.")

    class Meta(InventoryRowOutput.Meta):
        fields = (*InventoryRowOutput.Meta.fields, "lines", "made")


class StepOutput(serializers.Serializer[Any]):
    """One thing that could be made."""

    id = serializers.CharField()
    kind = serializers.CharField(help_text="endpoint, ends, alias or registration")
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    chosen = serializers.BooleanField(help_text="Whether the page ticks it at first.")
    may = serializers.SerializerMethodField(help_text="Whether the caller may take it.")

    def get_may(self, step: planning.Step) -> bool:
        """Return whether the caller may take it."""
        return bool(step.verdict)


class FileInput(Input):
    """A file of models."""

    kind = serializers.ChoiceField(choices=Inventory.Kind.choices)
    file = serializers.FileField(help_text="LiteLLM's config.yaml, the answer of GET /v1/models, or a table.")
    vendor = Name(required=False, max_length=60, help_text="Key of the vendor, for a provider's list.")


class TakeInput(Input):
    """Which steps are taken: all or none of them."""

    steps = serializers.ListField(child=serializers.CharField(max_length=200), min_length=1, max_length=4_000)
    example = {"steps": ["endpoint:0", "alias:0"]}


class InventoryApi(ActionViewSet):
    """Files of models, and the drafts made of them: endpoints, days on which models end, aliases, registrations."""

    model = Inventory
    serializer_class = InventoryOutput
    list_serializer_class = InventoryRowOutput
    filterset_class = InventoryFilters
    ordering_fields = {"read": "pk", "file_name": "file_name", "state": "state"}
    ordering = "-read"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Inventory]:
        """Return the inventories that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Inventory.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Inventory:
        """Return the inventory of the address (IV-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(FileInput, upload=True)
    def create(self, data: dict[str, Any]) -> Inventory:
        """Read a file. Nothing is drafted yet; keys in it are left out, and the file is not kept."""
        file = data["file"]
        vendor = catalog.get(Vendor, self.actor, data["vendor"]) if data.get("vendor") else None
        content = file.read(reading.MOST_BYTES + 1)
        return actions.read(actor=self.actor, kind=data["kind"], data=content, file_name=file.name, vendor=vendor)

    @reads("steps", output=StepOutput, many=True)
    def steps(self, inventory: Inventory) -> list[planning.Step]:
        """What of a file is new here now."""
        return planning.plan(inventory, self.actor).steps

    @acts("takeover", TakeInput)
    def take(self, inventory: Inventory, data: dict[str, Any], expected_version: int | None) -> Inventory:
        """Make the chosen drafts, all or none."""
        return actions.take(inventory, actor=self.actor, steps=data["steps"], expected_version=expected_version)

    @acts("discarding")
    def discard(self, inventory: Inventory, data: dict[str, Any], expected_version: int | None) -> Inventory:
        """Take nothing over."""
        return actions.discard(inventory, actor=self.actor, expected_version=expected_version)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, inventory: Inventory) -> Any:
        """What happened to an inventory."""
        return entries_for(inventory)
