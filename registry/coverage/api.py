"""Frameworks over REST: which there are, and how far each is covered, item by item."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from governance.api.operations import reads
from governance.api.viewsets import Resource
from registry.coverage import queries
from registry.coverage.counting import Coverage
from registry.frameworks import library
from registry.frameworks import queries as frameworks
from registry.frameworks.library import Framework
from registry.frameworks.models import FrameworkAnswer

STATES = ("covered", "partly", "open", "unasked", "none")


class FrameworkRow(serializers.Serializer[Any]):
    """A framework in one edition, with the number of its items by how far they are covered."""

    key = serializers.CharField()
    name = serializers.CharField()
    edition = serializers.CharField()
    in_use = serializers.BooleanField(help_text="Whether it is the checklist that surfaces answer under the policy in force.")
    source = serializers.CharField()
    address = serializers.CharField()
    licence = serializers.CharField()
    items = serializers.IntegerField()
    covered = serializers.IntegerField(help_text="Items that are met on every surface of which they are asked.")
    partly = serializers.IntegerField()
    open = serializers.IntegerField(help_text="Items that are met on no surface of which they are asked.")
    unasked = serializers.IntegerField(help_text="Items whose controls no surface's tier demands.")
    none = serializers.IntegerField(help_text="Items that no control of policy says it meets.")


class FrameworkList(serializers.Serializer[Any]):
    """All frameworks."""

    results = FrameworkRow(many=True)


class ItemRow(serializers.Serializer[Any]):
    """One item: the controls that meet it, and the surfaces by how these stand there."""

    id = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField(allow_blank=True)
    means = serializers.CharField(allow_blank=True)
    applies_from = serializers.DateField(allow_null=True)
    controls = serializers.ListField(child=serializers.CharField(), help_text="Keys of policy's controls.")
    state = serializers.ChoiceField(STATES)
    asked = serializers.IntegerField(help_text="Surfaces of which at least one of its controls is demanded.")
    met = serializers.IntegerField(help_text="All of them met by computation.")
    attested = serializers.IntegerField(help_text="All met, at least one by evidence or by an answer.")
    excepted = serializers.IntegerField()
    not_met = serializers.IntegerField()


class FrameworkOutput(FrameworkRow):
    """A framework with the coverage of each item."""

    coverage = ItemRow(many=True)


class FrameworkApi(Resource):
    """Public frameworks by edition, and how far the controls of policy cover them on the surfaces that the caller sees."""

    model = FrameworkAnswer
    lookup_field = "key"
    required_scopes = {"read": ("controls:read",), "write": ("controls:write",)}

    def get_object(self) -> Framework:
        """Return the framework of the address. Raises NotVisible."""
        return library.framework(self.kwargs["key"])

    @extend_schema(operation_id="frameworks_list")
    @reads("", output=FrameworkList, detail=False)
    def list(self) -> dict[str, Any]:
        """All frameworks, with how far each is covered."""
        return {"results": [_row(each) for each in queries.overview(self.request.user)]}

    @reads("", output=FrameworkOutput)
    def retrieve(self, framework: Framework) -> dict[str, Any]:
        """One framework, item by item."""
        found = queries.of(self.request.user, framework.key)
        return _row(found) | {"coverage": [_item(each) for each in found.items]}


def _row(coverage: Coverage) -> dict[str, Any]:
    framework = coverage.framework
    said = {name: getattr(framework, name) for name in ("key", "name", "edition", "source", "address", "licence")}
    numbers = {state: coverage.number(state) for state in STATES}
    return said | numbers | {"items": len(coverage.items), "in_use": framework.key == frameworks.edition().key}


def _item(each: Any) -> dict[str, Any]:
    said = {name: getattr(each.item, name) for name in ("id", "title", "group", "means", "applies_from")}
    counts = {name: each.counts[name] for name in ("met", "attested", "excepted", "not_met")}
    return said | counts | {"controls": [control.key for control in each.controls], "state": each.state, "asked": each.asked}
