"""Questionnaires over REST: in, laid out, proposed, filled, sent."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, ReasonInput
from governance.api.operations import acts, downloads, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.evidence.sending import send_blob
from registry.evidence.sniffing import TYPES
from registry.questionnaires import actions, queries
from registry.questionnaires.api.common import SCOPES, with_person
from registry.questionnaires.layout import Layout
from registry.questionnaires.models import FilledFile, Questionnaire
from registry.questionnaires.tables import QuestionnaireFilters


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
