"""What input and output of surfaces share."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

OWNER = "Reference of the accountable person."
PARTY = "position:legal, or person:p_…"


@extend_schema_field({"type": "object", "description": "A contract; its schema is at /api/v1/contracts/schema."})
class ContractField(serializers.JSONField):
    """A contract as plain JSON; what is wrong with it is said by the contract's own rules."""
