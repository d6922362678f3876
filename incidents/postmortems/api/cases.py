"""Eval cases asked for over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from incidents.cases import queries as incidents
from incidents.postmortems import actions, queries
from incidents.postmortems.api.postmortems import SCOPES
from incidents.postmortems.models import EvalCaseRequest
from incidents.postmortems.tables import CaseFilters
from registry.evals import queries as evals


class CaseOutput(Output):
    """A case asked for in an eval suite because of an incident; `first_run` is the first run that carried it."""

    key = serializers.CharField()
    incident = serializers.CharField(source="incident.key")
    postmortem = serializers.CharField(source="postmortem.key", allow_null=True)
    suite = serializers.CharField(source="suite.key")
    asked_by = serializers.CharField(source="asked_by.ref")
    first_run = serializers.CharField(source="first_run.key", allow_null=True)

    class Meta:
        model = EvalCaseRequest
        fields = (
            "key", "name", "suite", "words", "expected", "incident", "postmortem", "asked_by", "first_run", "first_outcome",
            "first_ran_at", "created_at", "version",
        )  # fmt: skip


class CaseInput(Input):
    """What goes in, and what good would be."""

    incident = Name(max_length=40, help_text="The incident's key, such as INC-12.")
    suite = Name(max_length=100, help_text="The suite's key.")
    name = Name(max_length=300, help_text="Exactly as the case will be called in the suite.")
    words = Prose(max_length=8000)
    expected = Prose(max_length=4000)
    example = {"incident": "INC-12", "suite": "benefits-answers", "name": "copay of the current year",
               "words": "What is my copay?", "expected": "The price of the plan year that holds today."}  # fmt: skip


class CaseChange(Input):
    """What goes in, and what good would be, until it has run."""

    words = Prose(max_length=8000)
    expected = Prose(max_length=4000)
    example = {"words": "What is my copay for a specialist in 2027?", "expected": "The price of plan year 2027."}


class CaseApi(ActionViewSet):
    """Cases asked for in eval suites, so that what happened is tried from then on."""

    model = EvalCaseRequest
    serializer_class = CaseOutput
    filterset_class = CaseFilters
    ordering_fields = {"asked": "pk", "first_ran_at": "first_ran_at", "name": "name"}
    ordering = "-asked"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[EvalCaseRequest]:
        """Return the cases that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return EvalCaseRequest.objects.none()
        return queries.cases_visible_to(self.request.user)

    def get_object(self) -> EvalCaseRequest:
        """Return the case of the address (EC-3)."""
        return queries.get_case(self.request.user, self.kwargs["key"])

    @creates(CaseInput)
    def create(self, data: dict[str, Any]) -> EvalCaseRequest:
        """Ask for a case because of an incident."""
        given = dict(data)
        suite = evals.get(self.actor, given.pop("suite"))
        return actions.ask_for_case(incidents.get(self.actor, given.pop("incident")), actor=self.actor, suite=suite, **given)

    @updates(CaseChange)
    def partial_update(self, asked: EvalCaseRequest, data: dict[str, Any], expected_version: int | None) -> EvalCaseRequest:
        """Change what it asks, until it has run."""
        given = {"words": asked.words, "expected": asked.expected, **data}
        return actions.change_case(asked, actor=self.actor, expected_version=expected_version, **given)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, asked: EvalCaseRequest) -> Any:
        """What happened to a case."""
        return entries_for(asked)
