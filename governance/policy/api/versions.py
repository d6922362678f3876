"""Versions of the policy by REST."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter

from governance.api.operations import downloads, reads
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet
from governance.core.errors import NotVisible
from governance.policy import queries
from governance.policy.api.shared import SCOPES, DifferenceOutput, DocumentField, as_yaml, told
from governance.policy.models import PolicyVersion
from governance.policy.tables import VersionFilters


class VersionRow(Output):
    """A version of the policy as a row of the list."""

    class Meta:
        model = PolicyVersion
        fields = ("label", "number", "summary", "digest", "made_by_ref", "made_at", "effective_at")


class VersionOutput(Output):
    """A version of the policy, whole."""

    document = DocumentField()

    class Meta:
        model = PolicyVersion
        fields = (*VersionRow.Meta.fields, "document")


class VersionApi(ReadViewSet):
    """Versions of the policy: each is immutable, numbered, and hashed over its canonical JSON."""

    model = PolicyVersion
    serializer_class = VersionOutput
    list_serializer_class = VersionRow
    filterset_class = VersionFilters
    ordering_fields = {"number": "number", "effective_at": "effective_at"}
    ordering = "-number"
    lookup_field = "label"
    required_scopes = SCOPES

    def get_queryset(self) -> Any:
        """Leave the whole documents out of lists."""
        rows = super().get_queryset()
        return rows.defer("document") if self.is_list() else rows

    @reads("in-force", output=VersionOutput, detail=False)
    def in_force(self) -> PolicyVersion:
        """The version that holds now."""
        return queries.in_force()

    @reads(
        "comparison", output=DifferenceOutput, many=True,
        parameters=[OpenApiParameter("against", str, required=True, description="Label of the later version.")],
    )  # fmt: skip
    def comparison(self, version: PolicyVersion) -> list[dict[str, Any]]:
        """What differs from this version to another."""
        label = self.request.query_params.get("against", "")
        other = PolicyVersion.objects.visible_to(self.request.user).filter(label=label).first()
        if other is None:
            raise NotVisible(f"There is no policy version {label[:40]!r}.", fix="Give the label of one, as `against`.")
        return told(version.document, other.document)

    @downloads("yaml", "application/yaml")
    def yaml(self, version: PolicyVersion) -> HttpResponse:
        """A version as a YAML file: the same version is the same bytes, and reads back as itself."""
        return as_yaml(version.document, f"policy-{version.label}")
