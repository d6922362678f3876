"""Notices over REST: what one was told, and marking it read."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.operations import acts
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.notifications import actions
from governance.notifications.models import Notice


class NoticeOutput(Output):
    """One thing that the caller was told."""

    class Meta:
        model = Notice
        fields = ("id", "text", "url", "entry_seq", "made_at", "read_at")


class ReadOutput(serializers.Serializer[Any]):
    """How many notices were marked."""

    marked = serializers.IntegerField()


class NoticeApi(ActionViewSet):
    """What concerned the caller, newest first."""

    model = Notice
    serializer_class = NoticeOutput
    ordering_fields = {"made": "pk"}
    ordering = "-made"
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = {"read": ("approvals:read",), "write": ("approvals:write",)}

    def get_queryset(self) -> QuerySet[Notice]:
        """Return the caller's own."""
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        return Notice.objects.filter(person=self.actor)

    @acts("reading", output=ReadOutput, detail=False)
    def mark_read(self, data: dict[str, Any]) -> dict[str, int]:
        """Mark all notices read."""
        return {"marked": actions.mark_read(self.actor)}
