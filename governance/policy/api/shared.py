"""What versions and drafts share by REST: the whole document, what differs, the file."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from governance.policy import compare, yamlfile

SCOPES = {"read": ("policy:read",), "write": ("policy:write",)}


class DocumentField(serializers.JSONField):
    """The whole policy, in the form that the published schema policy-v1 describes."""


class MoveOutput(serializers.Serializer[Any]):
    """One value that differs."""

    label = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class DifferenceOutput(serializers.Serializer[Any]):
    """One thing that came, went or changed."""

    section = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["new", "gone", "changed"])
    moves = MoveOutput(many=True)


def told(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the differences of two policies as plain values."""
    return [
        {
            "section": each.section,
            "name": each.name,
            "kind": each.kind,
            "moves": [{"label": move.label, "before": move.before, "after": move.after} for move in each.moves],
        }
        for each in compare.compare(old, new)
    ]


def as_yaml(document: dict[str, Any], name: str) -> HttpResponse:
    """Answer a policy as YAML."""
    response = HttpResponse(yamlfile.dump(document), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response
