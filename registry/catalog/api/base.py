"""What vendors, endpoints and tools share by REST: owner, approval, suspension, retirement, activity."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from governance.api.input import Input, Name, ReasonInput
from governance.api.operations import acts
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.approvals.models import ApprovalRequest
from governance.core.errors import Invalid
from governance.people.models import User
from registry.catalog import actions
from registry.catalog.models import Vendor


class OwnerInput(Input):
    """Another owner, and why."""

    owner = serializers.CharField(max_length=40, help_text="Reference of the person who answers for it from now on.")
    reason = Name(required=False, allow_blank=True, max_length=2000)
    example: ClassVar[Mapping[str, Any]] = {"owner": "p_4f1d2c9a8b7e6d50", "reason": "Took over the platform team."}


class SuspensionInput(Input):
    """Why a thing may not be used any more."""

    reason = Name(max_length=2000)
    example: ClassVar[Mapping[str, Any]] = {"reason": "The vendor lost our data on 3 May."}


class AskedOutput(Output):
    """The request that was opened."""

    class Meta:
        model = ApprovalRequest
        fields = ("key", "title", "state", "subject_key", "subject_digest", "lane", "due_at", "expires_at")


class ProposalOutput(serializers.Serializer[Any]):
    """What came of proposing: the thing's state, and the request where policy asks for approval."""

    state = serializers.CharField(help_text="The state of the thing now.")
    request = AskedOutput(allow_null=True, help_text="Null where policy names nobody who approves such things.")


def resolved(data: Mapping[str, Any], seen: Any) -> dict[str, Any]:
    """Return a body with owner and vendor as records. Raises Invalid."""
    found = dict(data)
    if found.get("owner") is not None:
        owner = User.objects.visible_to(seen).filter(ref=found["owner"]).first()
        if owner is None:
            raise Invalid("There is no such person.", fix="Use the reference from /people.", fields={"owner": ["Unknown."]})
        found["owner"] = owner
    if found.get("vendor") is not None:
        vendor = Vendor.objects.visible_to(seen).filter(key=found["vendor"]).first()
        if vendor is None:
            raise Invalid("There is no such vendor.", fix="Use a key from /vendors.", fields={"vendor": ["Unknown."]})
        found["vendor"] = vendor
    return found


class ItemApi(ActionViewSet):
    """Base of vendors, endpoints and tools."""

    ordering = "name"
    related = ("owner",)
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def again(self, item: Any) -> Any:
        """Return a thing as it is read: with what its output shows."""
        return self.get_queryset().get(pk=item.pk)

    def change(self, item: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Change facts, with records instead of keys."""
        facts = resolved(data, self.actor)
        return self.again(actions.change_item(item, actor=self.actor, expected_version=expected_version, **facts))

    @acts("owner", OwnerInput, method="put")
    def give(self, item: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Name another owner."""
        to = resolved(data, self.actor)["owner"]
        given = {"to": to, "reason": data.get("reason", ""), "expected_version": expected_version}
        return self.again(actions.give_owner(item, actor=self.actor, **given))

    @acts("proposal", ReasonInput, status=201, output=ProposalOutput)
    def propose(self, item: Any, data: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        """Put it before those who approve it."""
        request = actions.propose(item, actor=self.actor, expected_version=expected_version, **data)
        item.refresh_from_db()
        return {"state": item.state, "request": request}

    @acts("suspension", SuspensionInput)
    def suspend(self, item: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Take it out of use at once; using it again takes approval."""
        return self.again(actions.suspend(item, actor=self.actor, expected_version=expected_version, **data))

    @acts("retirement", ReasonInput)
    def retire(self, item: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Close its record."""
        return self.again(actions.retire(item, actor=self.actor, expected_version=expected_version, **data))

    @acts("reopening", ReasonInput)
    def reopen(self, item: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Take it up again after retirement."""
        return self.again(actions.reopen(item, actor=self.actor, expected_version=expected_version, **data))
