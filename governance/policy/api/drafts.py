"""Drafts of the policy by REST."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from governance.api.input import Input, Name, NoInput, Prose, ReasonInput
from governance.api.operations import acts, creates, downloads, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.approvals.models import ApprovalRequest
from governance.policy import actions, queries, yamlfile
from governance.policy.api.shared import SCOPES, DifferenceOutput, DocumentField, as_yaml, told
from governance.policy.models import PolicyDraft
from governance.policy.tables import DraftFilters


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
