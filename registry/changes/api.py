"""Changes over REST: propose, read, roll back, withdraw."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.changes import actions, queries, reading
from registry.changes.forms import DISCLOSURE
from registry.changes.models import Change
from registry.changes.tables import ChangeFilters
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface


class ChangeRow(Output):
    """A change as a row of the list."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key")
    revision = serializers.IntegerField(source="revision.number")
    digest = serializers.CharField(source="revision.digest")
    tier = serializers.IntegerField(source="revision.tier")
    requester = serializers.CharField(source="requester.ref")
    request = serializers.CharField(source="request.key", allow_null=True)

    class Meta:
        model = Change
        fields = (
            "key",
            "title",
            "surface",
            "revision",
            "digest",
            "tier",
            "kinds",
            "is_rollback",
            "requester",
            "request",
            "state",
            "planned_on",
            "created_at",
            "in_force_at",
            "version",
        )


class ChangeOutput(ChangeRow):
    """A change with its whole decision record."""

    base = serializers.IntegerField(source="base.number", allow_null=True)
    rollback_to = serializers.IntegerField(source="rollback_to.number", allow_null=True)

    class Meta(ChangeRow.Meta):
        fields = (
            *ChangeRow.Meta.fields,
            "base",
            "why",
            "worst_case",
            "blast_radius",
            "data_touched",
            "drift_signs",
            "rollback_trigger",
            "rollback_to",
            "eval_evidence",
            "disclosure",
            "ended_at",
        )


class DifferenceOutput(serializers.Serializer[Any]):
    """One thing that a change makes different, in domain words."""

    part = serializers.CharField()
    subject = serializers.CharField()
    op = serializers.CharField()
    sentence = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class ProposalInput(Input):
    """A proposal: the surface, its contract (or the open draft), and the decision record."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    title = Name()
    why = Prose(max_length=8000)
    contract = serializers.JSONField(required=False, help_text="Left out: the surface's open draft.")
    surface_version = serializers.IntegerField(required=False, min_value=1, help_text="Refused when the surface moved on.")
    worst_case = Prose(max_length=4000, required=False, allow_blank=True)
    blast_radius = Prose(max_length=4000, required=False, allow_blank=True)
    data_touched = Prose(max_length=4000, required=False, allow_blank=True)
    drift_signs = Prose(max_length=4000, required=False, allow_blank=True)
    rollback_trigger = Prose(max_length=4000, required=False, allow_blank=True)
    rollback_to = serializers.IntegerField(required=False, min_value=1, help_text="Number of an earlier revision.")
    eval_evidence = Prose(max_length=4000, required=False, allow_blank=True)
    disclosure = serializers.ListField(child=serializers.ChoiceField(choices=DISCLOSURE), required=False, max_length=4)
    planned_on = serializers.DateField(required=False)
    example = {
        "surface": "S-0418",
        "title": "Use the 2.2 model for triage",
        "why": "2.1 is deprecated from March.",
        "worst_case": "A claim lands in the wrong queue and waits a day.",
        "blast_radius": "About 6,000 claims a day until the nightly report.",
        "drift_signs": "Share of re-queued claims above 4 %.",
        "rollback_trigger": "The share of re-queued claims is above 4 % for an hour.",
    }


class RollbackInput(Input):
    """A rollback: the surface, the earlier revision, and why."""

    surface = Name(max_length=40)
    to = serializers.IntegerField(min_value=1, help_text="Number of a revision that once held.")
    why = Prose(max_length=8000)
    example = {"surface": "S-0418", "to": 13, "why": "Re-queued claims doubled since this morning."}


class RetirementInput(Input):
    """The end of a surface: which, and why."""

    surface = Name(max_length=40)
    reason = Prose(max_length=4000)
    surface_version = serializers.IntegerField(required=False, min_value=1)
    example = {"surface": "S-0418", "reason": "The new desk replaces it; its data is deleted by the end of the month."}


class RetirementOutput(serializers.Serializer[Any]):
    """The surface that ended."""

    surface = serializers.CharField()
    state = serializers.CharField()


class WithdrawalInput(Input):
    """Why a change is taken back."""

    reason = Prose(max_length=4000)
    example = {"reason": "Superseded by a smaller change."}


class ChangeApi(ActionViewSet):
    """Changes: proposals that lead from one revision of a surface's contract to the next."""

    model = Change
    serializer_class = ChangeOutput
    list_serializer_class = ChangeRow
    filterset_class = ChangeFilters
    ordering_fields = {"asked": "pk", "title": "title", "state": "state"}
    ordering = "-asked"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Change]:
        """Return the changes that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Change.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Change:
        """Return the change of the address (C-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(ProposalInput)
    def create(self, data: dict[str, Any]) -> Change:
        """Propose a revision."""
        given = dict(data)
        surface = surfaces.get(self.actor, given.pop("surface"))
        if "rollback_to" in given:
            given["rollback_to"] = _revision(surface, given["rollback_to"], "rollback_to")
        record = {name: given.pop(name) for name in actions.RECORD_FIELDS if name in given}
        version = given.pop("surface_version", None)
        return actions.propose(surface, actor=self.actor, record=record, expected_version=version, **given)

    @acts("rollbacks", RollbackInput, detail=False, status=201)
    def roll_back(self, data: dict[str, Any]) -> Change:
        """Propose to go back to an earlier revision."""
        surface = surfaces.get(self.actor, data["surface"])
        target = _revision(surface, data["to"], "to")
        return actions.roll_back(surface, actor=self.actor, to=target, why=data["why"])

    @acts("retirements", RetirementInput, detail=False, output=RetirementOutput, status=201)
    def retire(self, data: dict[str, Any]) -> dict[str, str]:
        """Retire a surface: nothing is in force any more."""
        surface = surfaces.get(self.actor, data["surface"])
        version = data.get("surface_version")
        ended = actions.retire(surface, actor=self.actor, reason=data["reason"], expected_version=version)
        return {"surface": ended.key, "state": ended.state}

    @acts("withdrawal", WithdrawalInput)
    def withdraw(self, change: Change, data: dict[str, Any], expected_version: int | None) -> Change:
        """Take an open change back."""
        return actions.withdraw(change, actor=self.actor, **data)

    @reads("differences", output=DifferenceOutput, many=True)
    def differences(self, change: Change) -> Any:
        """What a change makes different, in domain words."""
        found = reading.read(change.base.contract if change.base else {}, change.revision.contract)
        return [
            {name: getattr(one, name) for name in ("part", "subject", "op", "sentence", "before", "after")}
            for one in found.difference
        ]

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, change: Change) -> Any:
        """What happened to a change."""
        return entries_for(change)


def _revision(surface: Surface, number: int, field: str) -> Revision:
    found = surface.revisions.filter(number=number).first()
    if found is None:
        raise Invalid(f"{surface.key} has no revision {number}.", fields={field: [f"There is no revision {number}."]})
    return found
