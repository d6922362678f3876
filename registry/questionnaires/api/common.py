"""What the resources of questionnaires share."""

from typing import Any

from rest_framework import serializers

from governance.people.models import User
from registry.surfaces.api.resolve import person

SCOPES = {"read": ("rooms:read",), "write": ("rooms:write",)}


def with_person(given: dict[str, Any], name: str, actor: User) -> dict[str, Any]:
    """Return a body with a reference resolved to a person."""
    return {**given, name: person(given[name], name, actor)} if given.get(name) else {k: v for k, v in given.items() if k != name}


class SourceOutput(serializers.Serializer[Any]):
    """Something held here that shows an answer, as it was then; `changed` says what became of it."""

    label = serializers.CharField()
    url = serializers.CharField()
    entry = serializers.IntegerField(help_text="Number of its last ledger entry then; 0 for none.")
    changed = serializers.CharField()
