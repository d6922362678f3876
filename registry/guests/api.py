"""Guests' access and auditors' questions over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.comments.subjects import load as subject_of
from governance.core.reading import unbounded
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.guests import actions, queries
from registry.guests.models import AuditQuestion, AuditReply, GuestAccess
from registry.guests.tables import GuestFilters, QuestionFilters
from registry.surfaces.api.resolve import person, team

ASKING = ("ledger:read",)
"""What an auditor's token can: auditors have no scope that writes, and asking is part of reading."""


class GuestOutput(Output):
    """A guest auditor's access: one scope, one period, one end."""

    key = serializers.CharField(help_text="GA-3")
    person = serializers.CharField(source="person.ref", allow_null=True, help_text="Null until the invitation is accepted.")
    contact = serializers.CharField(source="contact.ref")

    class Meta:
        model = GuestAccess
        fields = (
            "key",
            "purpose",
            "scope",
            "person",
            "contact",
            "period_from",
            "period_until",
            "ends_at",
            "state",
            "ended_because",
            "number",
            "created_at",
            "version",
        )


class NewGuestOutput(serializers.Serializer[Any]):
    """An access with the secret of its invitation; shown this once."""

    key = serializers.CharField(source="access.key")
    state = serializers.CharField(source="access.state")
    secret = serializers.CharField(allow_blank=True, help_text="Of the invitation's link; empty when it goes out by mail.")


class ScopeOutput(serializers.Serializer[Any]):
    """One surface of a scope."""

    key = serializers.CharField()
    name = serializers.CharField()


class TermsInput(Input):
    """Which days may be read, and until when."""

    period_from = serializers.DateField()
    period_until = serializers.DateField()
    ends_at = serializers.DateTimeField()
    reason = Prose(max_length=2000)
    example = {
        "period_from": "2026-01-01",
        "period_until": "2026-03-31",
        "ends_at": "2027-01-31T00:00:00Z",
        "reason": "The auditor needs another month.",
    }


class GuestInput(TermsInput):
    """A guest to let in: by address, or one who has an account."""

    purpose = Name(max_length=200)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    name = Name(max_length=200, required=False, allow_blank=True)
    person = Name(max_length=40, required=False, help_text="Reference of a guest who has an account.")
    surfaces = serializers.ListField(
        child=Name(max_length=40), required=False, max_length=5000, help_text="Keys; left out with the team: the company."
    )
    team = Name(max_length=60, required=False, help_text="Key of a team, with the teams below it.")
    contact = Name(max_length=40, required=False, help_text="Reference; left out: yourself.")
    example = {
        **TermsInput.example,
        "purpose": "Annual audit 2026",
        "email": "auditor@audit.example",
        "surfaces": ["S-0418"],
    }


class ReplyOutput(Output):
    """One thing that was said to a question."""

    author = serializers.CharField(source="author.ref")

    class Meta:
        model = AuditReply
        fields = ("id", "verb", "author", "text", "made_at")


class QuestionOutput(Output):
    """A question of an auditor."""

    key = serializers.CharField(help_text="AQ-5")
    asker = serializers.CharField(source="asker.ref")
    owner = serializers.CharField(source="owner.ref")
    surface = serializers.CharField(source="surface.key", allow_null=True)

    class Meta:
        model = AuditQuestion
        fields = (
            "key",
            "subject_type",
            "subject_id",
            "subject_key",
            "surface",
            "text",
            "asker",
            "owner",
            "due_on",
            "state",
            "answered_at",
            "accepted_at",
            "created_at",
            "version",
        )


class QuestionInput(Input):
    """A question about an object that one sees."""

    subject_type = serializers.CharField(max_length=60, help_text="Such as registry.surface.")
    subject_id = serializers.CharField(max_length=18, help_text="The object's number.")
    text = Prose(max_length=4000)
    example = {"subject_type": "registry.surface", "subject_id": "418", "text": "Who approved revision 7, and on what evals?"}


class WordsInput(Input):
    """What is said."""

    text = Prose(max_length=8000)
    example = {"text": "Revision 7 was approved by Legal and Security on the evals of 2 March."}


class AcceptanceInput(Input):
    """What is said with the acceptance."""

    text = Prose(max_length=8000, required=False)
    example = {"text": "Thank you, that is clear."}


class HandOverInput(Input):
    """Who answers instead, and by when."""

    owner = Name(max_length=40, help_text="Reference of a person.")
    due_on = serializers.DateField(required=False)
    reason = Prose(max_length=2000, required=False)
    example = {"owner": "p_4f1d2c9a8b7e6d50"}


class GuestApi(ActionViewSet):
    """Guest auditors: who from outside looks at what, from when to when, until when."""

    model = GuestAccess
    serializer_class = GuestOutput
    filterset_class = GuestFilters
    ordering_fields = {"key": "pk", "ends_at": "ends_at"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("people:write",)}

    def get_queryset(self) -> QuerySet[GuestAccess]:
        """Return the accesses that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return GuestAccess.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> GuestAccess:
        """Return the access of the address (GA-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(GuestInput, output=NewGuestOutput, secret=True)
    def create(self, data: dict[str, Any]) -> Any:
        """Let a guest in."""
        keys, wanted = " ".join(data.get("surfaces", ())), data.get("team")
        scope, held = queries.scope_of(self.actor, keys=keys, team=team(wanted) if wanted else None)
        return actions.let_in(
            actor=self.actor,
            purpose=data["purpose"],
            scope=scope,
            surfaces=held,
            terms=actions.Terms(data["period_from"], data["period_until"], data["ends_at"]),
            contact=person(data["contact"], "contact", self.actor) if data.get("contact") else self.actor,
            reason=data["reason"],
            email=data.get("email", ""),
            name=data.get("name", ""),
            person=person(data["person"], "person", self.actor) if data.get("person") else None,
        )

    @acts("extension", TermsInput)
    def extend(self, access: GuestAccess, data: dict[str, Any], expected_version: int | None) -> GuestAccess:
        """Decide again on the period and the end."""
        terms = actions.Terms(data["period_from"], data["period_until"], data["ends_at"])
        return actions.extend(access, actor=self.actor, terms=terms, reason=data["reason"], expected_version=expected_version)

    @acts("ending", ReasonInput)
    def end(self, access: GuestAccess, data: dict[str, Any], expected_version: int | None) -> GuestAccess:
        """End an access, at once."""
        return actions.end(access, actor=self.actor, reason=data.get("reason", ""), expected_version=expected_version)

    @reads("surfaces", output=ScopeOutput, many=True)
    def surfaces(self, access: GuestAccess) -> Any:
        """What lies in the scope."""
        return queries.surfaces_of(access).only("pk", "name")

    @lists("reads", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def what_was_read(self, access: GuestAccess) -> Any:
        """What the guest read: the ledger's entries."""
        return queries.reads(access)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, access: GuestAccess) -> Any:
        """What happened to an access."""
        with unbounded():
            return entries_for(access)


class AuditQuestionApi(ActionViewSet):
    """Auditors' questions: each about one object, with an owner and a day."""

    model = AuditQuestion
    serializer_class = QuestionOutput
    filterset_class = QuestionFilters
    ordering_fields = {"key": "pk", "due_on": "due_on", "state": "state"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = {"read": ("ledger:read",), "write": ("controls:write",)}

    def get_queryset(self) -> QuerySet[AuditQuestion]:
        """Return the questions that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return AuditQuestion.objects.none()
        return queries.questions(self.request.user)

    def get_object(self) -> AuditQuestion:
        """Return the question of the address (AQ-5)."""
        return queries.question(self.request.user, self.kwargs["key"])

    @creates(QuestionInput, scopes=ASKING)
    def create(self, data: dict[str, Any]) -> AuditQuestion:
        """Ask about an object."""
        subject = subject_of(self.actor, data["subject_type"], data["subject_id"])
        return actions.ask(subject, actor=self.actor, text=data["text"])

    @reads("replies", output=ReplyOutput, many=True)
    def replies(self, asked: AuditQuestion) -> Any:
        """What was said to a question."""
        return asked.replies.all()

    @acts("answers", WordsInput)
    def answer(self, asked: AuditQuestion, data: dict[str, Any], expected_version: int | None) -> AuditQuestion:
        """Answer a question."""
        return actions.answer(asked, actor=self.actor, expected_version=expected_version, **data)

    @acts("reopening", WordsInput, scopes=ASKING)
    def reopen(self, asked: AuditQuestion, data: dict[str, Any], expected_version: int | None) -> AuditQuestion:
        """Ask again."""
        return actions.reopen(asked, actor=self.actor, expected_version=expected_version, **data)

    @acts("acceptance", AcceptanceInput, scopes=ASKING)
    def accept(self, asked: AuditQuestion, data: dict[str, Any], expected_version: int | None) -> AuditQuestion:
        """Accept the answer."""
        return actions.accept(asked, actor=self.actor, expected_version=expected_version, **data)

    @acts("handover", HandOverInput)
    def hand_over(self, asked: AuditQuestion, data: dict[str, Any], expected_version: int | None) -> AuditQuestion:
        """Give a question to another, or set another day."""
        given = {**data, "owner": person(data["owner"], "owner", self.actor)}
        return actions.hand_over(asked, actor=self.actor, expected_version=expected_version, **given)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, asked: AuditQuestion) -> Any:
        """What happened to a question."""
        with unbounded():
            return entries_for(asked)
