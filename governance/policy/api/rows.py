"""The rows that hold now by REST: tiers, data classes, incident categories, approval routes."""

from governance.api.output import Output
from governance.api.viewsets import ReadViewSet
from governance.policy.api.shared import SCOPES
from governance.policy.models import ApprovalRoute, DataClass, IncidentCategory, Tier


class TierOutput(Output):
    """A level of risk, and what it demands."""

    class Meta:
        model = Tier
        fields = (
            "number", "key", "name", "example", "why", "approvers", "lane", "controls", "logging_minimum", "raci",
            "review_months", "eval_threshold", "eval_freshness_days", "exception_days", "drill_days", "postmortem_from",
            "approval_days", "decide_hours", "emergency_review_hours", "two_person", "version", "updated_at",
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
