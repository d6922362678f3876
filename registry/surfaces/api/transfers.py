"""Hand-overs over REST."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from governance.api.input import NoInput
from governance.api.operations import acts
from governance.api.viewsets import ActionViewSet
from registry.surfaces import actions, queries
from registry.surfaces.api.inputs import AnswerInput
from registry.surfaces.api.outputs import TransferOutput
from registry.surfaces.models import OwnerTransfer


class TransferApi(ActionViewSet):
    """Hand-overs: an owner asks somebody to take a surface over, and that person answers."""

    model = OwnerTransfer
    serializer_class = TransferOutput
    ordering_fields = {"created_at": "created_at"}
    ordering = "-created_at"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[OwnerTransfer]:
        """Return the hand-overs that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return OwnerTransfer.objects.none()
        return queries.transfers(self.request.user)

    @acts("acceptance", AnswerInput)
    def accept(self, transfer: OwnerTransfer, data: Mapping[str, Any], expected_version: int | None) -> OwnerTransfer:
        """Take the surface over."""
        return actions.accept_transfer(transfer, actor=self.actor, expected_version=expected_version, **data)

    @acts("refusal", AnswerInput)
    def decline(self, transfer: OwnerTransfer, data: Mapping[str, Any], expected_version: int | None) -> OwnerTransfer:
        """Decline to take the surface over."""
        return actions.decline_transfer(transfer, actor=self.actor, expected_version=expected_version, **data)

    @acts("withdrawal", NoInput)
    def withdraw(self, transfer: OwnerTransfer, data: Mapping[str, Any], expected_version: int | None) -> OwnerTransfer:
        """Take the hand-over back."""
        return actions.withdraw_transfer(transfer, actor=self.actor, expected_version=expected_version)
