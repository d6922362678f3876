"""Data rules by REST: which class of data may go to which endpoint."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Nested
from governance.api.operations import acts
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.policy.models import DataClass
from registry.catalog import actions
from registry.catalog.actions import RuleChange
from registry.catalog.filters import RuleFilters
from registry.catalog.models import DataRule, Endpoint


class RuleOutput(Output):
    """A rule that was set; where none is, policy's default holds."""

    endpoint = serializers.CharField(source="endpoint.key")
    data_class = serializers.CharField(source="data_class.key")

    class Meta:
        model = DataRule
        fields = ("id", "endpoint", "data_class", "rule", "reason", "version", "updated_at")


class CellInput(Nested):
    """One cell of the matrix."""

    endpoint = serializers.CharField(max_length=100, help_text="Key of the endpoint.")
    data_class = serializers.CharField(max_length=40, help_text="Key of the data class.")
    rule = serializers.ChoiceField(choices=DataRule.Rule.choices, allow_null=True, help_text="Null: policy's default.")


class CellsInput(Input):
    """Cells that are set in one action, with one reason."""

    rules = CellInput(many=True, allow_empty=False)
    reason = Name(required=False, allow_blank=True, max_length=2000)
    example = {
        "rules": [{"endpoint": "nw-large-3-eu-central-1", "data_class": "customer", "rule": "allowed"}],
        "reason": "Zero retention agreed on 3 May.",
    }


class MovedOutput(serializers.Serializer[Any]):
    """How many cells moved."""

    moved = serializers.IntegerField()


class RuleApi(ActionViewSet):
    """Data rules: for a class of data and an endpoint, allowed, only redacted, or never."""

    model = DataRule
    serializer_class = RuleOutput
    filterset_class = RuleFilters
    ordering_fields = {"id": "id", "endpoint": "endpoint__key", "data_class": "data_class__rank"}
    ordering = "id"
    related = ("endpoint", "data_class")
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    @acts("cells", CellsInput, detail=False, output=MovedOutput)
    def set_cells(self, data: dict[str, Any]) -> dict[str, int]:
        """Set cells of the matrix: all or none."""
        endpoints = _found(Endpoint, {each["endpoint"] for each in data["rules"]}, self.actor, "endpoint")
        classes = _found(DataClass, {each["data_class"] for each in data["rules"]}, self.actor, "data class")
        changes = [RuleChange(endpoints[each["endpoint"]], classes[each["data_class"]], each["rule"]) for each in data["rules"]]
        return {"moved": actions.set_rules(changes, actor=self.actor, reason=data.get("reason", ""))}


def _found(model: Any, keys: set[str], user: Any, what: str) -> Mapping[str, Any]:
    found = {row.key: row for row in model.objects.visible_to(user).filter(key__in=keys)}
    if unknown := sorted(keys - set(found)):
        raise Invalid(
            f"There is no {what} {unknown[0]}.", fix=f"Use the key of one: {len(unknown)} unknown.", fields={"rules": unknown}
        )
    return found
