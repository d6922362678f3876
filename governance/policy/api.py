"""Policy by REST: versions, drafts, and the rows that hold now."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, NoInput, Prose, ReasonInput
from governance.api.operations import acts, creates, downloads, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet, ReadViewSet
from governance.approvals.models import ApprovalRequest
from governance.core.errors import NotVisible
from governance.policy import actions, compare, queries, yamlfile
from governance.policy.models import ApprovalRoute, DataClass, IncidentCategory, PolicyDraft, PolicyVersion, Tier
from governance.policy.tables import DraftFilters, VersionFilters

SCOPES = {"read": ("policy:read",), "write": ("policy:write",)}


class DocumentField(serializers.JSONField):
    """The whole policy, in the form that the published schema policy-v1 describes."""


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


class DraftRow(Output):
    """A draft of the policy as a row of the list."""

    author = serializers.CharField(source="author.ref", help_text="Reference of the author.")
    based_on = serializers.CharField(source="based_on.label")
    adopted_as = serializers.CharField(source="adopted_as.label", allow_null=True)

    class Meta:
        model = PolicyDraft
        fields = (
            "id", "key", "title", "reason", "state", "author", "based_on", "adopted_as", "effective_at", "version",
            "created_at", "updated_at",
        )  # fmt: skip


class DraftOutput(DraftRow):
    """A draft of the policy, whole."""

    document = DocumentField()

    class Meta:
        model = PolicyDraft
        fields = (*DraftRow.Meta.fields, "document")


class DraftInput(Input):
    """What a draft is started with; without a policy it starts from what holds."""

    title = Name()
    reason = Prose(required=False, max_length=4000)
    yaml = serializers.CharField(required=False, trim_whitespace=False, max_length=yamlfile.MAX_BYTES, help_text="A policy file.")
    effective_at = serializers.DateTimeField(required=False, allow_null=True, help_text="From when on it shall hold.")
    example = {"title": "Review regulated surfaces every two months", "reason": "The audit asked for it."}


class DraftChange(Input):
    """What of a draft changes; give the policy as YAML or as a document, not both."""

    title = Name(required=False)
    reason = Prose(required=False, max_length=4000)
    yaml = serializers.CharField(required=False, trim_whitespace=False, max_length=yamlfile.MAX_BYTES, help_text="A policy file.")
    document = serializers.JSONField(required=False, help_text="A policy that fits the schema policy-v1.")
    effective_at = serializers.DateTimeField(required=False, allow_null=True, help_text="From when on it shall hold.")
    example = {"reason": "The audit of May asked for it."}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take one form of the policy."""
        if "yaml" in attrs and "document" in attrs:
            raise serializers.ValidationError({"document": "Give the policy as `yaml` or as `document`, not both."})
        if "document" in attrs and not isinstance(attrs["document"], dict):
            raise serializers.ValidationError({"document": "Give an object."})
        return attrs


class ProposalOutput(Output):
    """The request that was opened."""

    class Meta:
        model = ApprovalRequest
        fields = ("key", "title", "state", "subject_key", "subject_digest", "lane", "due_at", "expires_at")


class DraftApi(ActionViewSet):
    """Drafts of the policy: written, proposed, and adopted only when the people whom policy names have approved them."""

    model = PolicyDraft
    serializer_class = DraftOutput
    list_serializer_class = DraftRow
    filterset_class = DraftFilters
    ordering_fields = {"created_at": "created_at", "title": "title", "state": "state"}
    ordering = "-created_at"
    related = ("author", "based_on", "adopted_as")
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"
    required_scopes = SCOPES

    def get_queryset(self) -> Any:
        """Leave the whole documents out of lists."""
        rows = super().get_queryset().defer("based_on__document", "adopted_as__document")
        return rows.defer("document") if self.is_list() else rows

    @creates(DraftInput)
    def create(self, data: dict[str, Any]) -> PolicyDraft:
        """Start a draft, from what holds or from a file."""
        return actions.start_draft(actor=self.actor, **data)

    @updates(DraftChange)
    def partial_update(self, draft: PolicyDraft, data: dict[str, Any], expected_version: int | None) -> PolicyDraft:
        """Change a draft. A policy that is not sound is refused with each problem, by line where it came as YAML."""
        return actions.change_draft(draft, actor=self.actor, expected_version=expected_version, **data)

    @reads("comparison", output=DifferenceOutput, many=True)
    def comparison(self, draft: PolicyDraft) -> list[dict[str, Any]]:
        """What the draft would change in the newest policy."""
        base = queries.newest() if draft.state == PolicyDraft.State.DRAFT else draft.based_on
        return told(queries.document(base), draft.document)

    @downloads("yaml", "application/yaml")
    def yaml(self, draft: PolicyDraft) -> HttpResponse:
        """A draft as a YAML file."""
        return as_yaml(draft.document, f"policy-draft-{draft.pk}")

    @acts("proposal", NoInput, status=201, output=ProposalOutput)
    def propose(self, draft: PolicyDraft, data: dict[str, Any], expected_version: int | None) -> ApprovalRequest:
        """Put a draft before its approvers."""
        return actions.propose_draft(draft, actor=self.actor, expected_version=expected_version)

    @acts("base", NoInput, method="put")
    def rebase(self, draft: PolicyDraft, data: dict[str, Any], expected_version: int | None) -> PolicyDraft:
        """Measure a draft against the newest version; its own words stay."""
        return actions.rebase_draft(draft, actor=self.actor, expected_version=expected_version)

    @acts("revision", NoInput)
    def revise(self, draft: PolicyDraft, data: dict[str, Any], expected_version: int | None) -> PolicyDraft:
        """Take a rejected draft up again."""
        return actions.revise_draft(draft, actor=self.actor, expected_version=expected_version)

    @acts("discarding", ReasonInput)
    def discard(self, draft: PolicyDraft, data: dict[str, Any], expected_version: int | None) -> PolicyDraft:
        """Give a draft up; it stays readable."""
        return actions.discard_draft(draft, actor=self.actor, expected_version=expected_version, **data)


class TierOutput(Output):
    """A level of risk, and what it demands."""

    class Meta:
        model = Tier
        fields = (
            "number", "key", "name", "example", "why", "approvers", "lane", "controls", "logging_minimum", "raci",
            "review_months", "eval_threshold", "eval_freshness_days", "exception_days", "drill_days", "postmortem_from",
            "approval_days", "decide_hours", "two_person", "version", "updated_at",
        )  # fmt: skip


class TierApi(ReadViewSet):
    """The tiers that hold now."""

    model = Tier
    serializer_class = TierOutput
    ordering_fields = {"number": "number"}
    ordering = "number"
    lookup_field = "number"
    lookup_value_regex = "[0-4]"
    required_scopes = SCOPES


class DataClassOutput(Output):
    """A kind of data by how it must be handled."""

    class Meta:
        model = DataClass
        fields = (
            "key", "name", "description", "rank", "is_sensitive", "minimum_tier", "default_rule", "is_retired", "version",
            "updated_at",
        )  # fmt: skip


class DataClassApi(ReadViewSet):
    """The data classes that hold now, from the least to the most sensitive."""

    model = DataClass
    serializer_class = DataClassOutput
    ordering_fields = {"rank": "rank", "key": "key"}
    ordering = "rank"
    lookup_field = "key"
    required_scopes = SCOPES


class CategoryOutput(Output):
    """A kind of incident, and the path it is answered by."""

    class Meta:
        model = IncidentCategory
        fields = ("key", "name", "plain_words", "path", "order", "is_retired", "version", "updated_at")


class CategoryApi(ReadViewSet):
    """The incident categories that hold now."""

    model = IncidentCategory
    serializer_class = CategoryOutput
    ordering_fields = {"order": "order", "key": "key"}
    ordering = "order"
    lookup_field = "key"
    required_scopes = SCOPES


class RouteOutput(Output):
    """Who approves a kind of thing."""

    class Meta:
        model = ApprovalRoute
        fields = ("id", "key", "subject", "change_kind", "tier", "steps", "in_order", "lane", "version", "updated_at")


class RouteApi(ReadViewSet):
    """The approval routes that hold now."""

    model = ApprovalRoute
    serializer_class = RouteOutput
    ordering_fields = {"subject": "subject", "tier": "tier", "id": "id"}
    ordering = "id"
    lookup_field = "id"
    lookup_value_regex = r"\d{1,18}"
    required_scopes = SCOPES
