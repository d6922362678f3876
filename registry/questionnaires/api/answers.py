"""The answer library and the prepared answers over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.rows import is_insider
from registry.questionnaires import actions, queries, sources
from registry.questionnaires.api.common import SCOPES, SourceOutput, with_person
from registry.questionnaires.models import Answer, Short
from registry.questionnaires.prepared.drawing import drawn
from registry.questionnaires.tables import AnswerFilters


class AnswerOutput(Output):
    """An answer of the library."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref", help_text="Reference of its keeper.")

    class Meta:
        model = Answer
        fields = (
            "key",
            "question",
            "wordings",
            "short",
            "text",
            "as_of",
            "owner",
            "review_on",
            "public",
            "prepared",
            "state",
            "version",
            "created_at",
        )


class PreparedOutput(serializers.Serializer[Any]):
    """A prepared answer as the records have it now; unanswered ones say what would answer them."""

    key = serializers.CharField()
    number = serializers.IntegerField()
    question = serializers.CharField()
    codes = serializers.ListField(child=serializers.CharField())
    short = serializers.CharField()
    text = serializers.CharField()
    as_of = serializers.DateTimeField()
    missing = serializers.CharField()
    partial = serializers.BooleanField(help_text="Whether it was computed over a part of the records only.")


class KeepInput(Input):
    """An answer of the library."""

    question = Prose(max_length=2000, allow_blank=False)
    wordings = serializers.ListField(child=serializers.CharField(max_length=2000), required=False, max_length=40)
    short = serializers.ChoiceField(choices=[*Short.choices, ("", "")], required=False)
    text = Prose(max_length=8000, allow_blank=False)
    cite = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=20)
    owner = Name(max_length=40, required=False)
    review_on = serializers.DateField(required=False, allow_null=True)
    example = {"question": "Is data encrypted at rest?", "short": "yes", "text": "All storage is encrypted with AES-256."}


class AdoptInput(Input):
    """Which prepared answer, and its words if they are to be others."""

    prepared = serializers.SlugField(max_length=40)
    text = Prose(max_length=8000, required=False)
    owner = Name(max_length=40, required=False)
    review_on = serializers.DateField(required=False, allow_null=True)
    example = {"prepared": "halt-time"}


class ConfirmInput(Input):
    """Until when it is looked at again."""

    review_on = serializers.DateField(required=False, allow_null=True)
    example = {"review_on": "2027-03-01"}


class PublicInput(Input):
    """Whether it may be shown in buyers' rooms."""

    public = serializers.BooleanField()
    example = {"public": True}


class AnswerApi(ActionViewSet):
    """The answer library: what the company says whoever asks, with what shows it."""

    model = Answer
    serializer_class = AnswerOutput
    filterset_class = AnswerFilters
    ordering_fields = {"created": "pk", "as_of": "as_of"}
    ordering = "-created"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Answer]:
        """Return the answers that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Answer.objects.none()
        return queries.library(self.request.user)

    def get_object(self) -> Answer:
        """Return the answer of the address (AN-12)."""
        return queries.get_answer(self.request.user, self.kwargs["key"])

    @creates(KeepInput)
    def create(self, data: dict[str, Any]) -> Answer:
        """Put an answer into the library."""
        return actions.keep(actor=self.actor, **with_person(dict(data), "owner", self.actor))

    @acts("adoptions", AdoptInput, detail=False, status=201)
    def adopt(self, data: dict[str, Any]) -> Answer:
        """Put a prepared answer into the library, in its words or others."""
        given = with_person(dict(data), "owner", self.actor)
        return actions.adopt(given.pop("prepared"), actor=self.actor, **given)

    @updates(KeepInput)
    def partial_update(self, answer: Answer, data: dict[str, Any], expected_version: int | None) -> Answer:
        """Say it in other words; it holds as of now, on its sources as they are now."""
        now: dict[str, Any] = {name: getattr(answer, name) for name in ("question", "wordings", "short", "text", "review_on")}
        now["cite"] = [each.key for each in sources.read(answer.sources)]
        given = {**now, **with_person(dict(data), "owner", self.actor)}
        return actions.change(answer, actor=self.actor, expected_version=expected_version, **given)

    @acts("confirmation", ConfirmInput)
    def confirm(self, answer: Answer, data: dict[str, Any], expected_version: int | None) -> Answer:
        """Say that it still holds."""
        return actions.confirm(answer, actor=self.actor, expected_version=expected_version, **data)

    @acts("publication", PublicInput)
    def publish(self, answer: Answer, data: dict[str, Any], expected_version: int | None) -> Answer:
        """Let it be shown in buyers' rooms, or no longer."""
        return actions.publish(answer, actor=self.actor, expected_version=expected_version, **data)

    @acts("retirement", ReasonInput)
    def retire(self, answer: Answer, data: dict[str, Any], expected_version: int | None) -> Answer:
        """Propose it no longer; needs a reason."""
        return actions.retire(answer, actor=self.actor, reason=data.get("reason", ""), expected_version=expected_version)

    @reads("sources", output=SourceOutput, many=True)
    def sources(self, answer: Answer) -> Any:
        """What shows it, as far as the caller sees it."""
        return sources.shown(self.actor, sources.read(answer.sources))[0]

    @reads("prepared", output=PreparedOutput, many=True, detail=False)
    def prepared(self) -> Any:
        """The prepared answers, as the records that the caller sees have them now."""
        return drawn(self.actor) if is_insider(self.actor) else []

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, answer: Answer) -> Any:
        """What happened to it."""
        return entries_for(answer)
