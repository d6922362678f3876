"""Approval requests over REST: read them, decide, withdraw, meet conditions."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from governance.api.operations import acts, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.approvals import actions, queries
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.approvals.tables import RequestFilters
from governance.core.errors import NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups


class DecisionOutput(Output):
    """What one person decided, for which hash."""

    key = serializers.CharField()
    person = serializers.CharField(source="person.ref")
    position = serializers.CharField(source="position.key")

    class Meta:
        model = Decision
        fields = ("key", "person", "position", "verdict", "comment", "subject_digest", "decided_at")


class StepOutput(Output):
    """One place at the table: a position, and who filled it."""

    key = serializers.CharField()
    position = serializers.CharField(source="position.key")
    filled_by = serializers.CharField(source="filled_by.ref", allow_null=True)

    class Meta:
        model = ApprovalStep
        fields = ("key", "number", "position", "state", "filled_by")


class ConditionOutput(Output):
    """Something to be done along with a yes."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref")

    class Meta:
        model = Condition
        fields = ("key", "text", "owner", "due_on", "state", "met_note", "met_at")


class RequestRow(Output):
    """A request as a row of the list."""

    key = serializers.CharField()
    requester = serializers.CharField(source="requester.ref")
    policy = serializers.CharField(source="policy_version.label")

    class Meta:
        model = ApprovalRequest
        fields = (
            "key",
            "title",
            "subject_kind",
            "subject_key",
            "subject_digest",
            "tier",
            "lane",
            "requester",
            "policy",
            "state",
            "due_at",
            "expires_at",
            "settled_at",
            "created_at",
            "version",
        )


class RequestOutput(RequestRow):
    """A request with its steps and decisions."""

    steps = StepOutput(many=True)
    decisions = DecisionOutput(many=True)

    class Meta(RequestRow.Meta):
        fields = (*RequestRow.Meta.fields, "change_kinds", "in_order", "steps", "decisions")


class ConditionInput(Nested):
    """A condition: what, by whom, until when."""

    text = Prose(max_length=2000)
    owner = serializers.CharField(max_length=254, help_text="Reference or e-mail address of the person who does it.")
    due_on = serializers.DateField()


class DecisionInput(Input):
    """A decision for the hash that was read."""

    verdict = serializers.ChoiceField(choices=Decision.Verdict.choices)
    digest = serializers.CharField(max_length=64, help_text="The subject's hash as you read it; another one is refused.")
    comment = Prose(required=False, allow_blank=True)
    conditions = ConditionInput(many=True, required=False)
    delegate_to = serializers.CharField(max_length=254, required=False)
    example = {"verdict": "approve", "digest": "9f3c71e0" + "0" * 56, "comment": "Evals and rollback are in place."}


class WithdrawalInput(Input):
    """Why a request is taken back."""

    reason = Prose(max_length=4000)
    example = {"reason": "The vendor changed its terms; we will propose it again."}


class MetInput(Input):
    """How a condition was met."""

    condition = Name(max_length=40, help_text="The condition's key, such as CO-9.")
    note = Prose(max_length=2000)
    example = {"condition": "CO-9", "note": "The member notice went live on 28 November."}


class ApprovalApi(ActionViewSet):
    """Requests for approval. Named people decide on each, for one hash; nothing that was decided can be changed."""

    model = ApprovalRequest
    serializer_class = RequestOutput
    list_serializer_class = RequestRow
    filterset_class = RequestFilters
    ordering_fields = {"asked": "pk", "due_at": "due_at", "title": "title"}
    ordering = "-asked"
    lookup_field = "key"
    required_scopes = {"read": ("approvals:read",), "write": ("approvals:write",)}

    def get_queryset(self) -> QuerySet[ApprovalRequest]:
        """Return the requests that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ApprovalRequest.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> ApprovalRequest:
        """Return the request of the address (A-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @acts("decisions", DecisionInput, output=DecisionOutput, status=201)
    def decide(self, request: ApprovalRequest, data: dict[str, Any], expected_version: int | None) -> Decision:
        """Decide on a request, for its hash."""
        given = dict(data)
        if to := given.pop("delegate_to", None):
            given["delegate_to"] = lookups.person(to, field="delegate_to")
        given["conditions"] = [
            {**each, "owner": lookups.person(each["owner"], field="conditions")} for each in given.get("conditions", [])
        ]
        return actions.decide(request, actor=self.actor, **given)

    @acts("withdrawal", WithdrawalInput)
    def withdraw(self, request: ApprovalRequest, data: dict[str, Any], expected_version: int | None) -> ApprovalRequest:
        """Take a request back."""
        actions.withdraw(request, actor=self.actor, **data)
        return queries.get(self.actor, request.key)

    @reads("conditions", output=ConditionOutput, many=True)
    def conditions(self, request: ApprovalRequest) -> Any:
        """What approvers asked for along with their yes."""
        return Condition.objects.filter(decision__request=request).select_related("owner")

    @acts("conditions/met", MetInput, output=ConditionOutput)
    def meet(self, request: ApprovalRequest, data: dict[str, Any], expected_version: int | None) -> Condition:
        """Say that a condition is met."""
        condition = _condition(request, data["condition"])
        return actions.meet_condition(condition, actor=self.actor, note=data["note"])

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, request: ApprovalRequest) -> Any:
        """What happened to a request."""
        return entries_for(request)


def _condition(request: ApprovalRequest, key: str) -> Condition:
    number = key.upper().removeprefix("CO-")
    found = Condition.objects.filter(decision__request=request, pk=int(number) if number.isdecimal() else 0).first()
    if found is None:
        raise NotVisible(f"This request has no condition {key}.")
    return found
