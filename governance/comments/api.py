"""Comments over REST: what was said about an object, and saying something."""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Prose
from governance.api.operations import creates, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.comments import actions, queries
from governance.comments.models import Comment
from governance.comments.subjects import load


class CommentOutput(Output):
    """What somebody said about an object."""

    author = serializers.CharField(source="author.ref")

    class Meta:
        model = Comment
        fields = ("id", "subject_type", "subject_id", "subject_key", "author", "text", "made_at")


class CommentInput(Input):
    """Something to say about an object that one may see."""

    subject_type = serializers.CharField(max_length=60, help_text="Such as registry.surface.")
    subject_id = serializers.CharField(max_length=18, help_text="The object's number.")
    text = Prose(max_length=10_000)
    example = {"subject_type": "registry.surface", "subject_id": "418", "text": "@Priya Raman: does it see cards?"}


SUBJECT = [
    OpenApiParameter("subject_type", str, description="Such as registry.surface.", required=True),
    OpenApiParameter("subject_id", str, description="The object's number.", required=True),
]


class CommentApi(ActionViewSet):
    """Comments, kept as said. The list holds what one said and where one was mentioned; `about` what was said of a thing."""

    model = Comment
    serializer_class = CommentOutput
    ordering_fields = {"made": "pk"}
    ordering = "-made"
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    related = ("author",)
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Comment]:
        """Return what the caller said, and where they were mentioned."""
        if getattr(self, "swagger_fake_view", False):
            return Comment.objects.none()
        user = self.request.user
        return Comment.objects.filter(Q(author=user) | Q(mentions=user)).select_related("author").distinct()

    @creates(CommentInput)
    def create(self, data: dict[str, Any]) -> Comment:
        """Say something about an object."""
        subject = load(self.actor, data["subject_type"], data["subject_id"])
        return actions.comment(subject, actor=self.actor, text=data["text"])

    @lists("about", output=CommentOutput, detail=False, ordering_fields={"made": "pk"}, ordering="made", parameters=SUBJECT)
    def about(self) -> QuerySet[Comment]:
        """What was said about one object."""
        given = self.request.query_params
        return queries.about(load(self.request.user, given.get("subject_type", ""), given.get("subject_id", "")))
