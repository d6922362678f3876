"""Questions over REST: proposals, answers, who is asked."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.questionnaires import actions, queries, sources
from registry.questionnaires.api.common import SCOPES, SourceOutput
from registry.questionnaires.models import Proposal, Question, Short
from registry.questionnaires.tables import QuestionFilters
from registry.surfaces.api.resolve import person


class ProposalOutput(Output):
    """What a search found for a question; without `text` nothing held here answers it, and `stale` says what would."""

    class Meta:
        model = Proposal
        fields = ("rank", "origin", "reference", "asked", "short", "text", "as_of", "score", "stale")


class QuestionOutput(Output):
    """One question of a buyer's file."""

    key = serializers.CharField()
    questionnaire = serializers.CharField(source="questionnaire.key")
    asked_of = serializers.CharField(source="asked_of.ref", allow_null=True)
    decided_by = serializers.CharField(source="decided_by.ref", allow_null=True)

    class Meta:
        model = Question
        fields = (
            "key",
            "questionnaire",
            "number",
            "sheet",
            "row",
            "code",
            "section",
            "text",
            "choices",
            "answer_cell",
            "detail_cell",
            "state",
            "short",
            "answer",
            "origin",
            "origin_ref",
            "edited",
            "as_of",
            "asked_of",
            "decided_by",
            "decided_at",
            "version",
        )


class AnswerQuestionInput(Input):
    """An answer: in words, by a proposal's rank, or both."""

    text = Prose(max_length=8000, required=False)
    short = serializers.ChoiceField(choices=[*Short.choices, ("", "")], required=False)
    proposal = serializers.IntegerField(
        required=False, min_value=1, max_value=9, help_text="Rank of the proposal it is taken from."
    )
    cite = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=20)
    keep = serializers.BooleanField(default=False, help_text="Keep it in the answer library.")
    example = {"proposal": 1, "keep": False}


class RefuseInput(Input):
    """Which proposal is turned down."""

    proposal = serializers.IntegerField(min_value=1, max_value=9)
    example = {"proposal": 2}


class AskInput(Input):
    """Whom to ask."""

    of = Name(max_length=40, help_text="Reference of a person.")
    example = {"of": "p_4f1d2c9a8b7e6d50"}


class QuestionApi(ActionViewSet):
    """Questions of buyers' files: proposals, answers, and who is asked."""

    model = Question
    serializer_class = QuestionOutput
    filterset_class = QuestionFilters
    ordering_fields = {"id": "pk", "number": "number"}
    ordering = "id"
    lookup_field = "key"
    lookup_value_regex = r"[A-Za-z0-9.-]+"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Question]:
        """Return the questions that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Question.objects.none()
        return queries.questions(self.request.user)

    def get_object(self) -> Question:
        """Return the question of the address (QU-4.12)."""
        return queries.get_question(self.request.user, self.kwargs["key"])

    @reads("proposals", output=ProposalOutput, many=True)
    def proposals(self, question: Question) -> Any:
        """What is proposed, the best first."""
        return list(question.proposals.all())

    @reads("sources", output=SourceOutput, many=True)
    def sources(self, question: Question) -> Any:
        """What shows the answer, as far as the caller sees it."""
        return sources.shown(self.actor, sources.read(question.sources))[0]

    @acts("answer", AnswerQuestionInput)
    def answer(self, question: Question, data: dict[str, Any], expected_version: int | None) -> Question:
        """Answer it."""
        given = {("keep_it" if name == "keep" else name): value for name, value in data.items()}
        return actions.answer(question, actor=self.actor, expected_version=expected_version, **given)

    @acts("blank", ReasonInput)
    def leave(self, question: Question, data: dict[str, Any], expected_version: int | None) -> Question:
        """Leave it blank on purpose; needs a reason."""
        return actions.leave(question, actor=self.actor, reason=data.get("reason", ""), expected_version=expected_version)

    @acts("reopening")
    def reopen(self, question: Question, data: dict[str, Any], expected_version: int | None) -> Question:
        """Open it again."""
        return actions.reopen_question(question, actor=self.actor, expected_version=expected_version)

    @acts("refusals", RefuseInput)
    def refuse(self, question: Question, data: dict[str, Any], expected_version: int | None) -> Question:
        """Turn a proposal down, so that it does not come again."""
        return actions.refuse(question, actor=self.actor, proposal=data["proposal"], expected_version=expected_version)

    @acts("request", AskInput)
    def ask(self, question: Question, data: dict[str, Any], expected_version: int | None) -> Question:
        """Ask a colleague to answer it."""
        return actions.ask(question, actor=self.actor, of=person(data["of"], "of", self.actor), expected_version=expected_version)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, question: Question) -> Any:
        """What happened to it."""
        return entries_for(question)
