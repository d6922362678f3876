"""Erasures over REST: record, read what would go, carry out, refuse, withdraw."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.erasure import actions, queries
from governance.erasure.models import Erasure
from governance.erasure.tables import ErasureFilters
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups


class WentOutput(serializers.Serializer[Any]):
    """What one store erased."""

    store = serializers.CharField()
    label = serializers.CharField()
    erased = serializers.IntegerField()
    stays = serializers.CharField(allow_blank=True, help_text="What is kept all the same, and why.")


class ErasureOutput(Output):
    """A request to be erased. Address, identity and note are emptied once it is settled."""

    key = serializers.CharField()
    person = serializers.SerializerMethodField(help_text="Reference of the person, where there is an account.")
    recorded_by = serializers.CharField(source="recorded_by.ref")
    decided_by = serializers.SerializerMethodField()
    result = WentOutput(many=True)

    class Meta:
        model = Erasure
        fields = (
            "key", "person", "address", "asked_on", "due_on", "basis", "identity", "note", "recorded_by", "state", "decided_by",
            "decided_at", "decision", "result", "version",
        )  # fmt: skip

    def get_person(self, obj: Erasure) -> str | None:
        """Return the reference."""
        return obj.person.ref if obj.person else None

    def get_decided_by(self, obj: Erasure) -> str | None:
        """Return the reference."""
        return obj.decided_by.ref if obj.decided_by else None


class FoundOutput(serializers.Serializer[Any]):
    """What one store holds of somebody."""

    store = serializers.CharField(source="store.key")
    label = serializers.CharField(source="store.label")
    count = serializers.IntegerField()
    stays = serializers.CharField(source="store.stays", allow_blank=True)


class ErasureInput(Input):
    """Who asked to be forgotten: a person by reference, or an address."""

    person = Name(max_length=40, required=False, help_text="Reference (p_...) of somebody with an account.")
    address = serializers.EmailField(max_length=254, required=False)
    asked_on = serializers.DateField(required=False, help_text="Left out: today.")
    basis = serializers.ChoiceField(choices=Erasure.Basis.choices)
    identity = Name(max_length=400, help_text="How you know that it is them.")
    note = Prose(max_length=4000, required=False)
    example = {"address": "pat@example.net", "basis": "unnecessary", "identity": "Wrote from this address."}


class RefusalInput(Input):
    """Why it is refused: the person has a right to know. Write no name."""

    reason = Prose(max_length=4000)
    example = {"reason": "A legal claim needs it (GDPR Art. 17(3)(e))."}


class ErasureApi(ActionViewSet):
    """Requests to be erased: due within thirty days, decided by a second person."""

    model = Erasure
    serializer_class = ErasureOutput
    filterset_class = ErasureFilters
    ordering_fields = {"asked_on": "asked_on", "due_on": "due_on"}
    ordering = "-asked_on"
    lookup_field = "key"
    required_scopes = {"read": ("privacy:read",), "write": ("privacy:write",)}

    def get_queryset(self) -> QuerySet[Erasure]:
        """Return the requests that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Erasure.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Erasure:
        """Return the request of the address (ER-1)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(ErasureInput)
    def create(self, data: dict[str, Any]) -> Erasure:
        """Record that somebody asked to be forgotten."""
        said = data.pop("person", "")
        person = lookups.person_or_none(said, field="person", active=False)
        return actions.ask(actor=self.actor, person=person, **data)

    @reads("findings", output=FoundOutput, many=True)
    def findings(self, erasure: Erasure) -> list[queries.Found]:
        """What would be erased, and what stays; nothing once it is settled."""
        return queries.found(erasure) if erasure.state == Erasure.State.ASKED else []

    @acts("execution", ReasonInput)
    def carry_out(self, erasure: Erasure, data: dict[str, Any], expected_version: int | None) -> Erasure:
        """Erase for good, as a second person."""
        return actions.carry_out(erasure, actor=self.actor, expected_version=expected_version, **data)

    @acts("refusal", RefusalInput)
    def refuse(self, erasure: Erasure, data: dict[str, Any], expected_version: int | None) -> Erasure:
        """Refuse a request, as a second person."""
        return actions.refuse(erasure, actor=self.actor, expected_version=expected_version, **data)

    @acts("withdrawal", ReasonInput)
    def withdraw(self, erasure: Erasure, data: dict[str, Any], expected_version: int | None) -> Erasure:
        """Withdraw a request that is open."""
        return actions.withdraw(erasure, actor=self.actor, expected_version=expected_version, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, erasure: Erasure) -> Any:
        """What happened to a request."""
        return entries_for(erasure)
