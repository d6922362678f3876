"""Questionnaires, their questions and the answer library over REST."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose, ReasonInput
from governance.api.operations import acts, creates, downloads, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import User
from governance.people.rows import is_insider
from registry.evidence.sending import send_blob
from registry.evidence.sniffing import TYPES
from registry.questionnaires import actions, queries, sources
from registry.questionnaires.layout import Layout
from registry.questionnaires.models import Answer, FilledFile, Proposal, Question, Questionnaire, Short
from registry.questionnaires.prepared.drawing import drawn
from registry.questionnaires.tables import AnswerFilters, QuestionFilters, QuestionnaireFilters
from registry.surfaces.api.resolve import person

SCOPES = {"read": ("rooms:read",), "write": ("rooms:write",)}


def with_person(given: dict[str, Any], name: str, actor: User) -> dict[str, Any]:
    """Return a body with a reference resolved to a person."""
    return {**given, name: person(given[name], name, actor)} if given.get(name) else {k: v for k, v in given.items() if k != name}


class SourceOutput(serializers.Serializer[Any]):
    """Something held here that shows an answer, as it was then; `changed` says what became of it."""

    label = serializers.CharField()
    url = serializers.CharField()
    entry = serializers.IntegerField(help_text="Number of its last ledger entry then; 0 for none.")
    changed = serializers.CharField()


class QuestionnaireOutput(Output):
    """A buyer's questionnaire."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who sees to it.")
    digest = serializers.CharField(source="blob.digest", help_text="SHA-256 of the file as it came.")

    class Meta:
        model = Questionnaire
        fields = (
            "key",
            "title",
            "buyer",
            "owner",
            "due_on",
            "file_name",
            "form",
            "digest",
            "layout",
            "notes",
            "problem",
            "proposed_at",
            "state",
            "ended_because",
            "created_at",
            "version",
        )


class QuestionnaireRow(Output):
    """A questionnaire as a row of the list."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref")
    questions = serializers.IntegerField(source="asked")
    open = serializers.IntegerField()

    class Meta:
        model = Questionnaire
        fields = ("key", "title", "buyer", "owner", "due_on", "form", "state", "questions", "open", "created_at", "version")


class FilledOutput(Output):
    """A file that was made to go back."""

    digest = serializers.CharField(source="blob.digest")
    size = serializers.IntegerField(source="blob.size")

    class Meta:
        model = FilledFile
        fields = ("id", "file_name", "digest", "size", "answered", "unanswered", "notes", "made_at")


class ReceiveInput(Input):
    """A buyer's file."""

    file = serializers.FileField(help_text="XLSX or CSV without macros, up to 25 MB.")
    title = Name(max_length=200, required=False, allow_blank=True, help_text="Left out: the file's name.")
    buyer = Name(max_length=200, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False)
    owner = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    example = {"title": "Northwind, AI questions", "buyer": "Northwind"}


class EditInput(Input):
    """Another title, buyer, day or owner."""

    title = Name(max_length=200, required=False)
    buyer = Name(max_length=200, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    owner = Name(max_length=40, required=False)
    example = {"title": "Northwind, AI questions", "due_on": "2027-03-01"}


class SheetInput(Nested):
    """How one sheet is laid out; columns count from 1, 0 for none."""

    sheet = serializers.CharField(max_length=120, allow_blank=True)
    question = serializers.IntegerField(min_value=0, max_value=16384, default=0)
    answer = serializers.IntegerField(min_value=0, max_value=16384, default=0)
    detail = serializers.IntegerField(min_value=0, max_value=16384, default=0)
    code = serializers.IntegerField(min_value=0, max_value=16384, default=0)
    section = serializers.IntegerField(min_value=0, max_value=16384, default=0)
    header = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0)
    every_row = serializers.BooleanField(default=False)
    used = serializers.BooleanField(default=True)


class LayoutInput(Input):
    """How the sheets are laid out; sheets left out stay as they are."""

    sheets = serializers.ListField(child=SheetInput(), min_length=1, max_length=200)
    example = {"sheets": [{"sheet": "Questions", "question": 2, "answer": 3, "detail": 4, "header": 1}]}


class QuestionnaireApi(ActionViewSet):
    """Buyers' questionnaires: a file comes in, answers are proposed and reviewed, and go back into the same cells."""

    model = Questionnaire
    serializer_class = QuestionnaireOutput
    list_serializer_class = QuestionnaireRow
    filterset_class = QuestionnaireFilters
    ordering_fields = {"created": "pk", "due_on": "due_on", "title": "title"}
    ordering = "-created"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Questionnaire]:
        """Return the questionnaires that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Questionnaire.objects.none()
        return queries.listed(self.request.user)

    def get_object(self) -> Questionnaire:
        """Return the questionnaire of the address (QU-4)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @acts("files", ReceiveInput, detail=False, status=201, upload=True)
    def receive(self, data: dict[str, Any]) -> Questionnaire:
        """Take a buyer's file in; it is read and answers are proposed by a job."""
        given = with_person(dict(data), "owner", self.actor)
        file = given.pop("file")
        return actions.receive(file, actor=self.actor, name=file.name, **given)

    @updates(EditInput)
    def partial_update(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """Give it another title, buyer, day or owner."""
        now = {"title": found.title, "buyer": found.buyer, "due_on": found.due_on}
        return actions.edit(
            found, actor=self.actor, expected_version=expected_version, **{**now, **with_person(dict(data), "owner", self.actor)}
        )

    @acts("layout", LayoutInput)
    def lay_out(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """Say how the sheets are laid out; the file is read again by a job."""
        layouts = [Layout(**each) for each in data["sheets"]]
        return actions.lay_out(found, actor=self.actor, layouts=layouts, expected_version=expected_version)

    @acts("proposals", status=202)
    def propose(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """Propose answers to all open questions anew, by a job."""
        actions.ask_to_propose(found, actor=self.actor)
        return found

    @acts("acceptance")
    def accept(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """Take every proposal that is sure and not stale, 500 at most."""
        actions.accept_sure(found, actor=self.actor)
        return queries.get(self.actor, found.key)

    @acts("filled", output=FilledOutput, status=201)
    def fill(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> FilledFile:
        """Put the answers into the cells of a copy of the file."""
        return actions.fill(found, actor=self.actor)

    @lists("filled", output=FilledOutput, ordering_fields={"id": "pk"}, ordering="-id")
    def filled(self, found: Questionnaire) -> QuerySet[FilledFile]:
        """The files that were made to go back."""
        return queries.filled(found)

    @downloads("file", *sorted(TYPES))
    def file(self, found: Questionnaire) -> HttpResponseBase:
        """Download the file as it came."""
        return send_blob(found.blob, found.file_name)

    @downloads("filled/newest", *sorted(TYPES))
    def newest(self, found: Questionnaire) -> HttpResponseBase:
        """Download the newest file with its answers."""
        made = queries.filled(found).first()
        if made is None:
            raise NotVisible("No file was filled yet.", fix="Fill the answers in first.")
        return send_blob(made.blob, made.file_name)

    @acts("dispatch")
    def send(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """Say that the newest filled file went back."""
        return actions.send(found, actor=self.actor, expected_version=expected_version)

    @acts("reopening", ReasonInput)
    def reopen(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """Open it again after it was sent."""
        return actions.reopen(found, actor=self.actor, expected_version=expected_version, **data)

    @acts("withdrawal", ReasonInput)
    def withdraw(self, found: Questionnaire, data: dict[str, Any], expected_version: int | None) -> Questionnaire:
        """End it without an answer; needs a reason."""
        return actions.withdraw(found, actor=self.actor, expected_version=expected_version, reason=data.get("reason", ""))

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, found: Questionnaire) -> Any:
        """What happened to it."""
        return entries_for(found)


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
