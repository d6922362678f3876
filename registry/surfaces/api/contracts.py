"""The contract's published schema, and a look at any contract, over REST."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from governance.api.operations import acts, reads
from governance.api.viewsets import Resource
from registry.contracts.plumbfile import file_schema
from registry.contracts.shape import schema
from registry.surfaces.api import resolve
from registry.surfaces.api.inputs import CheckInput
from registry.surfaces.api.outputs import CheckOutput
from registry.surfaces.models import Revision


class SchemaOutput(serializers.Serializer[Any]):
    """A JSON Schema (2020-12)."""

    def to_representation(self, instance: Any) -> Any:
        """Answer the schema as it is."""
        return instance


class ContractApi(Resource):
    """Contracts: what a surface may do, by a published JSON Schema."""

    model = Revision
    required_scopes = {"read": ("registry:read",), "write": ("registry:read",)}

    @reads("schema", output=SchemaOutput, detail=False)
    def contract_schema(self) -> dict[str, Any]:
        """The JSON Schema of a contract."""
        return schema()

    @reads("file-schema", output=SchemaOutput, detail=False)
    def file_schema(self) -> dict[str, Any]:
        """The JSON Schema of a plumbline.yaml."""
        return file_schema()

    @acts("check", CheckInput, output=CheckOutput, detail=False)
    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Say what is wrong with a contract, what it lacks for a tier, and which tier it implies. Nothing is kept."""
        contract, problems = resolve.read_contract(data)
        return resolve.judged(contract, problems, data.get("tier", 0))
