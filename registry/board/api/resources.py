"""The board's question as resources: ask, and seal."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name
from governance.api.operations import acts, creates, lists, reads
from governance.api.viewsets import ActionViewSet, Resource
from governance.core.errors import Denied, Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.rows import is_insider
from registry.board import actions, answers, asking, queries
from registry.board.api.output import AnsweredOutput, AnswerOutput, AnswerRow
from registry.board.models import BoardAnswer
from registry.board.question import ASKS, NAMES, PARAMS, Question, read
from registry.board.tables import AnswerFilters
from registry.board.words import LONGEST, Understood

SCOPES = {"read": ("usage:read",), "write": ("usage:read",)}
HELP = {
    "classes": "Key of a data class.",
    "surfaces": "Key of a surface, such as S-0418.",
    "models": "Name of a model, as programs or the catalogue say it.",
    "vendors": "Key of a vendor.",
    "teams": "Key of a team.",
    "endpoints": "Key of an endpoint.",
    "standings": "approved, not_approved or unknown.",
}
PARAMETERS = [
    OpenApiParameter(
        "words", str, description='The whole question in words, such as "customer data last week"; then nothing else.'
    ),
    OpenApiParameter("from", str, description="First day, UTC, such as 2026-11-09; left out: the last seven days."),
    OpenApiParameter("to", str, description="Last day, included; left out: today."),
    OpenApiParameter("asks", str, enum=list(ASKS), description="What is asked; left out: touched."),
    *(OpenApiParameter(PARAMS[name], str, description=f"{HELP[name]} Several between commas: any of them.") for name in NAMES),
]


class QuestionInput(Input):
    """A question in words, or part by part; words come first."""

    words = Name(max_length=LONGEST, required=False, help_text='Such as "customer data last week".')
    asks = serializers.ChoiceField(choices=list(ASKS), required=False)
    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)
    classes = serializers.ListField(child=Name(max_length=60), required=False, max_length=50)
    surfaces = serializers.ListField(child=Name(max_length=40), required=False, max_length=50)
    models = serializers.ListField(child=Name(max_length=300), required=False, max_length=50)
    vendors = serializers.ListField(child=Name(max_length=60), required=False, max_length=50)
    teams = serializers.ListField(child=Name(max_length=60), required=False, max_length=50)
    endpoints = serializers.ListField(child=Name(max_length=100), required=False, max_length=50)
    standings = serializers.ListField(child=Name(max_length=20), required=False, max_length=3)
    example = {"words": "customer data last week"}


def asked(data: dict[str, Any], user: Any) -> tuple[Question, Understood | None]:
    """Return the question of a body, and what its words were taken to mean. Raises Invalid for what cannot be read."""
    if words := data.get("words", ""):
        parts = sorted(set(data) - {"words"})
        if parts:
            said = "Ask in words or part by part, not both."
            raise Invalid(said, fix=f"Leave out words, or {', '.join(parts)}.", fields={"words": [said]})
        found = asking.understand(words, user)
        if found.question is None:
            raise Invalid("These words are not answered.", fix=_why(found), fields={"words": [_why(found)]})
        return found.question, found
    given = {PARAMS[name]: data.get(name, []) for name in NAMES}
    days = {"from": data.get("start"), "to": data.get("end"), "asks": data.get("asks")}
    return read({**given, **{name: [str(value)] for name, value in days.items() if value}}, asking.today()), None


def _why(found: Understood) -> str:
    if found.problem:
        return found.problem
    offered = [f"“{each.text}” can mean {' or '.join(label for label, _ in each.options[:6])}." for each in found.choices]
    return " ".join(offered)


def answered(question: Question, user: Any, understood: Understood | None) -> dict[str, Any]:
    """Return the answer for REST."""
    made = answers.answer(question, user, words=understood.words if understood else "")
    return {
        "answer": made.content,
        "left": made.left,
        "assumed": list(understood.assumed) if understood else [],
        "unread": list(understood.unread) if understood else [],
    }


class BoardApi(Resource):
    """The board's question: which models touched which data, where, and who approved that path."""

    model = BoardAnswer
    tag = "board"
    required_scopes = SCOPES

    @reads("answer", output=AnsweredOutput, detail=False, parameters=PARAMETERS)
    def answer(self) -> dict[str, Any]:
        """Answer a question that is put part by part, or in words."""
        user: Any = self.request.user
        if words := str(self.parameters.get("words", "")):
            parts = dict.fromkeys(name for name in self.parameters if name != "words")
            question, understood = asked({**parts, "words": words[:LONGEST]}, user)
            return answered(question, user, understood)
        given = {name: [str(value)] for name, value in self.parameters.items()}
        return answered(read(given, asking.today()), user, None)

    @acts("answer", QuestionInput, detail=False, output=AnsweredOutput)
    def ask(self, data: dict[str, Any]) -> dict[str, Any]:
        """Answer a question in words. What cannot be read is refused, or said in `unread`; nothing is guessed.

        Guests ask by GET, so that each of their reads is told.
        """
        if not is_insider(self.request.user):
            raise Denied("Guests ask by GET, so that each of their reads is told.", fix="Send the words as a parameter of GET.")
        question, understood = asked(data, self.request.user)
        return answered(question, self.request.user, understood)


class AnswerApi(ActionViewSet):
    """Sealed answers of the board's question: each stays as it was given, under its hash."""

    model = BoardAnswer
    serializer_class = AnswerOutput
    list_serializer_class = AnswerRow
    filterset_class = AnswerFilters
    ordering_fields = {"asked_at": "asked_at", "calls": "calls", "not_approved": "not_approved"}
    ordering = "-asked_at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[BoardAnswer]:
        """Return the answers that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return BoardAnswer.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> BoardAnswer:
        """Return the answer of the address (BA-7)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(QuestionInput, scopes=("usage:write",))
    def create(self, data: dict[str, Any]) -> BoardAnswer:
        """Ask, and seal the answer."""
        question, understood = asked(data, self.actor)
        return actions.seal(question, actor=self.actor, words=understood.words if understood else "")

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, answer: BoardAnswer) -> Any:
        """What happened to an answer."""
        return entries_for(answer)
