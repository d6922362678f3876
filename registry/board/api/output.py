"""What an answer looks like over REST: exactly the plain data that are hashed when it is sealed."""

from typing import Any

from rest_framework import serializers

from governance.api.output import Output
from registry.board.models import BoardAnswer
from registry.board.question import ASKS, STANDINGS

Plain = serializers.Serializer[Any]


class NamedOutput(Plain):
    """Something by its key and its name at that time."""

    key = serializers.CharField()
    name = serializers.CharField()


class QuestionOutput(Plain):
    """What was asked, by keys; days are whole UTC days, both included."""

    start = serializers.DateField()
    end = serializers.DateField()
    asks = serializers.ChoiceField(choices=list(ASKS))
    classes = serializers.ListField(child=serializers.CharField())
    surfaces = serializers.ListField(child=serializers.CharField())
    models = serializers.ListField(child=serializers.CharField())
    vendors = serializers.ListField(child=serializers.CharField())
    teams = serializers.ListField(child=serializers.CharField())
    endpoints = serializers.ListField(child=serializers.CharField())
    standings = serializers.ListField(child=serializers.CharField())


class SurfaceOutput(NamedOutput):
    """A surface as it was when this was answered."""

    tier = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()


class YesOutput(Plain):
    """One person's approval. `entry` is its number in the ledger; its proof is under /ledger/."""

    person = serializers.CharField(help_text="Reference of a person.")
    position = serializers.CharField()
    at = serializers.DateTimeField()
    on_behalf_of = serializers.CharField(allow_blank=True)
    conditions = serializers.BooleanField(help_text="Whether conditions were asked for.")
    entry = serializers.IntegerField(allow_null=True)
    entry_sha256 = serializers.CharField(allow_blank=True)


class ApprovalOutput(Plain):
    """How the revision came into force."""

    since = serializers.DateTimeField()
    change = serializers.CharField(allow_blank=True)
    request = serializers.CharField(allow_blank=True)
    policy = serializers.CharField()
    waived_by = serializers.CharField(allow_blank=True)
    people = YesOutput(many=True)


class RevisionOutput(Plain):
    """The revision in force at that moment."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()


class LineOutput(Plain):
    """One line. Of `touched` all but the last group is set, of `stops` only surface, owner, team, calls and the last group."""

    surface = SurfaceOutput(allow_null=True)
    owner = serializers.CharField(allow_blank=True, help_text="Reference of the active owner; empty where there is none.")
    team = NamedOutput(allow_null=True)
    calls = serializers.IntegerField()
    first_at = serializers.CharField(allow_blank=True, help_text="RFC 3339, UTC; empty where nothing was observed.")
    last_at = serializers.CharField(allow_blank=True)
    model = serializers.CharField(required=False, allow_blank=True)
    tool = serializers.CharField(required=False, allow_blank=True)
    region = serializers.CharField(required=False, allow_blank=True)
    endpoint = NamedOutput(required=False, allow_null=True)
    vendor = NamedOutput(required=False, allow_null=True)
    provider = serializers.CharField(required=False, allow_blank=True)
    named = serializers.CharField(required=False, allow_blank=True, help_text="What an unknown program calls itself.")
    classes = serializers.ListField(child=serializers.CharField(), required=False)
    classes_from = serializers.ListField(child=serializers.CharField(), required=False)
    standing = serializers.ChoiceField(choices=list(STANDINGS), required=False)
    reasons = serializers.ListField(child=serializers.CharField(), required=False)
    revision = RevisionOutput(required=False, allow_null=True)
    approval = ApprovalOutput(required=False, allow_null=True)
    findings = serializers.ListField(child=serializers.CharField(), required=False)
    paths = serializers.ListField(child=serializers.IntegerField(), required=False)
    works = serializers.BooleanField(required=False)
    approved = serializers.BooleanField(required=False)
    gone = serializers.ListField(child=serializers.CharField(), required=False)
    takes_over = serializers.ListField(child=serializers.CharField(), required=False)
    why = serializers.ListField(child=serializers.CharField(), required=False)
    instead = serializers.CharField(required=False, allow_blank=True)


class CountOutput(Plain):
    """Paths of which it is not known what data they touched."""

    paths = serializers.IntegerField()
    calls = serializers.IntegerField()


class SilentOutput(Plain):
    """Live surfaces of which nothing was observed: how many, and the first of them."""

    told = serializers.BooleanField(help_text="Whether the question is one for which this can be told.")
    count = serializers.IntegerField()
    first = NamedOutput(many=True)


class BlindOutput(Plain):
    """What the answer cannot know."""

    no_class = CountOutput()
    surfaces = SilentOutput()
    sources = NamedOutput(many=True)


class HeadOutput(Plain):
    """The ledger's last entry when this was answered."""

    seq = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)


class ContentOutput(Plain):
    """An answer. Sealed, SHA-256 over its canonical JSON (RFC 8785) is its hash."""

    form = serializers.IntegerField()
    words = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()
    question = QuestionOutput()
    names = serializers.DictField(child=serializers.CharField())
    answered_at = serializers.CharField(help_text="RFC 3339, UTC.")
    answered_for = serializers.CharField()
    whole = serializers.BooleanField(help_text="Whether whoever asked reads everything.")
    period = serializers.BooleanField(help_text="Whether their access covers only some days.")
    ledger = HeadOutput()
    totals = serializers.DictField()
    lines = LineOutput(many=True)
    blind = BlindOutput()


class AnsweredOutput(Plain):
    """An answer, what its words were taken to mean, and what could not be read."""

    answer = ContentOutput()
    left = serializers.IntegerField(help_text="Lines that are left out; totals count them.")
    assumed = serializers.ListField(child=serializers.CharField())
    unread = serializers.ListField(child=serializers.CharField())


class AnswerRow(Output):
    """A sealed answer as a row of the list."""

    key = serializers.CharField()
    asked_by = serializers.CharField(source="asked_by.ref")

    class Meta:
        model = BoardAnswer
        fields = (
            "key",
            "words",
            "start",
            "end",
            "paths",
            "calls",
            "not_approved",
            "unknown",
            "whole",
            "digest",
            "head_seq",
            "asked_by",
            "asked_at",
        )


class AnswerOutput(AnswerRow):
    """A sealed answer, whole."""

    content = ContentOutput()

    class Meta:
        model = BoardAnswer
        fields = (*AnswerRow.Meta.fields, "content")
