"""Home over REST: what waits for the caller, and the three questions of the briefing."""

from typing import Any

from rest_framework import serializers

from governance.api.operations import reads
from governance.api.viewsets import Resource
from governance.people.models import User
from governance.scorecard import moving, queries


class WaitingOutput(serializers.Serializer[Any]):
    """One thing that waits for the caller."""

    verb = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    url = serializers.CharField()
    tier = serializers.IntegerField(allow_null=True)
    due = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()


class LineOutput(serializers.Serializer[Any]):
    """A counted line, and where its rows are."""

    label = serializers.CharField()
    count = serializers.IntegerField()
    week_ago = serializers.IntegerField(allow_null=True, help_text="What it counted a week ago; null where that is not known.")
    url = serializers.CharField()


class QuestionOutput(serializers.Serializer[Any]):
    """One of the three questions, answered."""

    key = serializers.CharField()
    question = serializers.CharField()
    total = serializers.IntegerField()
    lines = LineOutput(many=True)


class HomeApi(Resource):
    """What needs the caller."""

    model = User
    required_scopes = {"read": ("registry:read",), "write": ("registry:read",)}

    @reads("inbox", output=WaitingOutput, detail=False, many=True)
    def inbox(self) -> Any:
        """What waits for the caller, oldest deadline first."""
        names = ("verb", "title", "detail", "url", "tier", "due", "late")
        return [{name: getattr(line, name) for name in names} for line in queries.inbox(self.request.user)]

    @reads("briefing", output=QuestionOutput, detail=False, many=True)
    def briefing(self) -> Any:
        """What is unapproved or unowned, what is due this week, what is burning."""
        user = self.request.user
        return [_question(question) for question in queries.questions(user, moving.earlier(user, None).week_ago)]


def _question(question: queries.Question) -> dict[str, Any]:
    lines = [
        {"label": line.label, "count": line.count, "week_ago": line.before, "url": line.url} for line in question.lines
    ]
    return {"key": question.key, "question": question.text, "total": question.total, "lines": lines}
