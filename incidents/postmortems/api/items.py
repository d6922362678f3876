"""Action items over REST: add, change, point, do, verify, give back, drop."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups
from incidents.cases import queries as cases
from incidents.postmortems import actions, queries
from incidents.postmortems.api.postmortems import SCOPES
from incidents.postmortems.models import ActionItem
from incidents.postmortems.tables import ItemFilters
from incidents.postmortems.targets import TARGETS

TARGET = [("", "nothing"), *((each.key, each.label) for each in TARGETS.values())]


class ItemOutput(Output):
    """Something that has to be done because of an incident, until somebody else has verified it."""

    key = serializers.CharField()
    incident = serializers.CharField(source="incident.key")
    postmortem = serializers.CharField(source="postmortem.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", help_text="Reference of the person who does it.")
    done_by = serializers.CharField(source="done_by.ref", allow_null=True)
    verified_by = serializers.CharField(source="verified_by.ref", allow_null=True)

    class Meta:
        model = ActionItem
        fields = (
            "key", "what", "detail", "incident", "postmortem", "owner", "due_on", "state", "target_type", "target_id",
            "target_label", "done_at", "done_by", "done_note", "verified_at", "verified_by", "verified_note", "dropped_at",
            "dropped_why", "created_at", "version",
        )  # fmt: skip


class PointInput(Input):
    """What in the system changes; both empty for nothing."""

    target_type = serializers.ChoiceField(choices=TARGET, allow_blank=True)
    target_id = Name(max_length=120, allow_blank=True, help_text="Its key, such as C-12 or rate_limits.")
    example = {"target_type": "control", "target_id": "rate_limits"}


class ItemInput(Input):
    """What is to be done, by whom, until when."""

    incident = Name(max_length=40, help_text="The incident's key, such as INC-12.")
    what = Name()
    detail = Prose(max_length=4000, required=False, allow_blank=True)
    owner = Name(max_length=254, help_text="Reference or e-mail address of an active person.")
    due_on = serializers.DateField()
    target_type = serializers.ChoiceField(choices=TARGET, required=False, allow_blank=True)
    target_id = Name(max_length=120, required=False, allow_blank=True)
    example = {"incident": "INC-12", "what": "Check the dates of an index before it goes live", "owner": "p_4f1d2c9a8b7e6d50",
               "due_on": "2027-01-15", "target_type": "control", "target_id": "rate_limits"}  # fmt: skip


class ChangeInput(Input):
    """What it asks from now on; a later day needs a reason."""

    what = Name(required=False)
    detail = Prose(max_length=4000, required=False, allow_blank=True)
    owner = Name(max_length=254, required=False)
    due_on = serializers.DateField(required=False)
    reason = Prose(max_length=2000, required=False, allow_blank=True)
    example = {"due_on": "2027-02-01", "reason": "The vendor answers in January only."}


class DoneInput(Input):
    """How one can see that it is done."""

    note = Prose(max_length=4000)
    example = {"note": "C-131 is in force."}


class VerifiedInput(Input):
    """What was looked at."""

    note = Prose(max_length=4000, required=False, allow_blank=True)
    example = {"note": "Tried it with an index of last year: refused."}


class ItemApi(ActionViewSet):
    """Action items of incidents, each with one owner and a day."""

    model = ActionItem
    serializer_class = ItemOutput
    filterset_class = ItemFilters
    ordering_fields = {"due_on": "due_on", "state": "state", "added": "pk"}
    ordering = "due_on"
    related = ("done_by", "verified_by")
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ActionItem]:
        """Return the action items that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ActionItem.objects.none()
        return queries.items_visible_to(self.request.user).select_related("done_by", "verified_by")

    def get_object(self) -> ActionItem:
        """Return the action item of the address (AI-4)."""
        return queries.get_item(self.request.user, self.kwargs["key"])

    @creates(ItemInput)
    def create(self, data: dict[str, Any]) -> ActionItem:
        """Add an action item to an incident."""
        given = _with_owner(data)
        return actions.add_item(cases.get(self.actor, given.pop("incident")), actor=self.actor, **given)

    @updates(ChangeInput)
    def partial_update(self, item: ActionItem, data: dict[str, Any], expected_version: int | None) -> ActionItem:
        """Change what it asks, of whom, until when."""
        return actions.change_item(item, actor=self.actor, expected_version=expected_version, **_with_owner(data))

    @acts("target", PointInput, method="put")
    def point(self, item: ActionItem, data: dict[str, Any], expected_version: int | None) -> ActionItem:
        """Point it at what in the system changes."""
        return actions.point_item(item, actor=self.actor, expected_version=expected_version, **data)

    @acts("done", DoneInput)
    def finish(self, item: ActionItem, data: dict[str, Any], expected_version: int | None) -> ActionItem:
        """Say that it is done."""
        return actions.finish_item(item, actor=self.actor, expected_version=expected_version, **data)

    @acts("verification", VerifiedInput)
    def verify(self, item: ActionItem, data: dict[str, Any], expected_version: int | None) -> ActionItem:
        """Verify that it is done."""
        return actions.verify_item(item, actor=self.actor, expected_version=expected_version, **data)

    @acts("return", ReasonInput)
    def give_back(self, item: ActionItem, data: dict[str, Any], expected_version: int | None) -> ActionItem:
        """Give it back as not done."""
        reason = data.get("reason", "")
        return actions.give_back_item(item, actor=self.actor, reason=reason, expected_version=expected_version)

    @acts("drop", ReasonInput)
    def drop(self, item: ActionItem, data: dict[str, Any], expected_version: int | None) -> ActionItem:
        """Drop it, for a reason."""
        reason = data.get("reason", "")
        return actions.drop_item(item, actor=self.actor, reason=reason, expected_version=expected_version)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, item: ActionItem) -> Any:
        """What happened to an action item."""
        return entries_for(item)


def _with_owner(data: dict[str, Any]) -> dict[str, Any]:
    given = dict(data)
    if "owner" in given:
        given["owner"] = lookups.person(given["owner"], field="owner")
    return given
