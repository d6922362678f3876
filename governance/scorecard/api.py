"""Home over REST: what waits for the caller, and the three questions of the briefing."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input
from governance.api.operations import acts, reads
from governance.api.viewsets import Resource
from governance.core.errors import Denied
from governance.people.models import User
from governance.scorecard import digest, digesting, moving, queries


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


class DigestOutput(serializers.Serializer[Any]):
    """The caller's week by mail."""

    wanted = serializers.BooleanField()
    subject = serializers.CharField(help_text="What the mail would be called now.")


class DigestInput(Input):
    """Whether it is sent."""

    wanted = serializers.BooleanField()
    example = {"wanted": False}


class HomeApi(Resource):
    """What needs the caller."""

    model = User
    required_scopes = {"read": ("registry:read",), "write": ("scorecard:write",)}

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

    @reads("digest", output=DigestOutput, detail=False)
    def digest(self) -> dict[str, Any]:
        """Whether the caller gets the week by mail."""
        return _digest(_reader(self.request.user))

    @acts("digest-choice", DigestInput, method="put", detail=False, output=DigestOutput)
    def choose_digest(self, data: dict[str, Any]) -> dict[str, Any]:
        """Choose whether the caller gets the week by mail."""
        person = _reader(self.request.user)
        digesting.choose(person, data["wanted"])
        return _digest(person)


def _reader(user: Any) -> User:
    if not digest.may_have(user):
        raise Denied("The week by mail is for people of the company.", fix="Ask as a person, not as a program or a guest.")
    person: User = user
    return person


def _digest(person: User) -> dict[str, Any]:
    return {"wanted": digest.wants(person), "subject": digest.of(person).subject}


def _question(question: queries.Question) -> dict[str, Any]:
    lines = [{"label": line.label, "count": line.count, "week_ago": line.before, "url": line.url} for line in question.lines]
    return {"key": question.key, "question": question.text, "total": question.total, "lines": lines}
