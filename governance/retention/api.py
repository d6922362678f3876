"""Legal holds and retention over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Denied
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.rows import oversight
from governance.retention import actions, matters, queries
from governance.retention.models import MATTERS, LegalHold
from governance.retention.tables import HoldFilters


class HoldOutput(Output):
    """A legal hold: what it names is neither let go nor erased while it holds."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who placed it.")

    class Meta:
        model = LegalHold
        fields = (
            "key", "name", "reason", "people", "surfaces", "incidents", "kinds", "until", "owner", "state", "released_because",
            "created_at", "version",
        )  # fmt: skip


class TierDaysOutput(serializers.Serializer[Any]):
    """A tier's own days."""

    tier = serializers.IntegerField()
    days = serializers.IntegerField(allow_null=True)


class OutlookOutput(serializers.Serializer[Any]):
    """How one kind of record stands."""

    kind = serializers.CharField(source="key")
    label = serializers.CharField(source="kind.label")
    says = serializers.CharField(source="kind.says", help_text="What goes, and what stays.")
    days = serializers.IntegerField(allow_null=True, help_text="How long it is kept; none: for good.")
    tiers = TierDaysOutput(many=True)
    total = serializers.IntegerField()
    due = serializers.IntegerField(help_text="How many go with the next round.")
    held = serializers.IntegerField(help_text="How many would go, and are kept by a legal hold.")


class _Names(serializers.ListField):
    """References or keys of things that are held."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Name(max_length=254), required=False, max_length=500, **kwargs)


class HoldInput(Input):
    """What a hold names, and why."""

    name = Name(max_length=200)
    reason = Prose(max_length=4000)
    people = _Names(help_text="References (p_...) or e-mail addresses.")
    surfaces = _Names(help_text="Keys of surfaces.")
    incidents = _Names(help_text="Keys of incidents.")
    kinds = _Names(help_text="Kinds of record, as policy names them.")
    until = serializers.DateField(required=False, allow_null=True, help_text="The last day; none: until it is released.")
    example = {"name": "Case 12-443", "reason": "Letter of the court.", "kinds": ["attachments"]}


class HoldChange(HoldInput):
    """What to change; what is left out stays."""

    name = Name(max_length=200, required=False)
    reason = Prose(max_length=4000, required=False)
    example = {"until": "2099-12-31"}


class ReleaseInput(Input):
    """Why a hold is released."""

    reason = Prose(max_length=4000)
    example = {"reason": "The case is closed."}


class HoldApi(ActionViewSet):
    """Legal holds: what is kept past its time, and why."""

    model = LegalHold
    serializer_class = HoldOutput
    filterset_class = HoldFilters
    ordering_fields = {"created_at": "created_at", "name": "name", "until": "until"}
    ordering = "-created_at"
    lookup_field = "key"
    required_scopes = {"read": ("privacy:read",), "write": ("privacy:write",)}

    def get_queryset(self) -> QuerySet[LegalHold]:
        """Return the holds that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return LegalHold.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> LegalHold:
        """Return the hold of the address (LH-1)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with what it names as ids."""
        found = matters.resolve(self.actor, {name: data[name] for name in MATTERS if name in data})
        return {**data, **found}

    @creates(HoldInput)
    def create(self, data: dict[str, Any]) -> LegalHold:
        """Place a legal hold."""
        return actions.place(actor=self.actor, **self.named(data))

    @updates(HoldChange)
    def partial_update(self, hold: LegalHold, data: dict[str, Any], expected_version: int | None) -> LegalHold:
        """Change a legal hold."""
        return actions.change(hold, actor=self.actor, expected_version=expected_version, **self.named(data))

    @acts("release", ReleaseInput)
    def release(self, hold: LegalHold, data: dict[str, Any], expected_version: int | None) -> LegalHold:
        """Release a legal hold for good."""
        return actions.release(hold, actor=self.actor, expected_version=expected_version, **data)

    @reads("outlook", output=OutlookOutput, detail=False, many=True)
    def outlook(self) -> Any:
        """How long each kind of record is kept, how many there are, how many go next and how many are held back."""
        if not oversight(self.request.user):
            raise Denied("Retention is for those who govern, and for auditors.", fix="Ask one of them.")
        return queries.outlooks()

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, hold: LegalHold) -> Any:
        """What happened to a legal hold."""
        return entries_for(hold)
