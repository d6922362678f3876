"""What the API shows of surfaces."""

from typing import Any

from rest_framework import serializers

from governance.api.output import Output
from registry.surfaces import raci
from registry.surfaces.api.fields import OWNER, PARTY, ContractField
from registry.surfaces.models import Draft, OwnerTransfer, Revision, Surface


class SurfaceRow(Output):
    """A surface as a row of the list."""

    key = serializers.CharField()
    team = serializers.CharField(source="team.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text=OWNER)
    vendor = serializers.CharField(source="vendor.key", allow_null=True)
    in_force = serializers.IntegerField(source="in_force.number", allow_null=True, help_text="Number of the revision in force.")

    class Meta:
        model = Surface
        fields = (
            "key", "name", "tier", "state", "mode", "team", "owner", "pattern", "vendor", "in_force", "in_force_since",
            "topic", "external_id", "started_on", "review_on", "retired_on", "version", "created_at", "updated_at",
        )  # fmt: skip


class SurfaceOutput(SurfaceRow):
    """A surface with all its facts."""

    digest = serializers.CharField(source="in_force.digest", allow_null=True, help_text="Hash of the contract in force.")

    class Meta:
        model = Surface
        fields = (*SurfaceRow.Meta.fields, "purpose", "tier_reasons", "answers", "attributes", "digest")


class RevisionRow(Output):
    """A revision as a row of the list."""

    author = serializers.CharField(source="author.ref")

    class Meta:
        model = Revision
        fields = ("number", "digest", "tier", "author", "made_at")


class RevisionOutput(RevisionRow):
    """A revision with its contract, as it was proposed."""

    base = serializers.IntegerField(source="base.number", allow_null=True)
    policy = serializers.CharField(source="policy_version.label")
    contract = ContractField()

    class Meta:
        model = Revision
        fields = (*RevisionRow.Meta.fields, "base", "policy", "contract")


class DraftOutput(Output):
    """The draft of a contract."""

    author = serializers.CharField(source="author.ref")
    base = serializers.IntegerField(source="base.number", allow_null=True)
    contract = ContractField(source="content")

    class Meta:
        model = Draft
        fields = ("author", "base", "contract", "version", "created_at", "updated_at")


class TransferOutput(Output):
    """A hand-over."""

    surface = serializers.CharField(source="surface.key")
    giver = serializers.CharField(source="giver.ref", allow_null=True)
    receiver = serializers.CharField(source="receiver.ref")
    asked_by = serializers.CharField(source="asked_by.ref")

    class Meta:
        model = OwnerTransfer
        fields = ("id", "surface", "giver", "receiver", "asked_by", "reason", "answer", "state", "version", "created_at")


class MissingOutput(serializers.Serializer[Any]):
    """One thing that a contract lacks before it can be proposed."""

    part = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    pointer = serializers.CharField()


class ProblemOutput(serializers.Serializer[Any]):
    """One thing that is wrong with a contract."""

    pointer = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    fix = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)


class DifferenceOutput(serializers.Serializer[Any]):
    """One thing that differs between two contracts, in domain words."""

    part = serializers.CharField()
    sentence = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    widens = serializers.ListField(child=serializers.CharField(), help_text="In what it widens what was approved, and why.")


class CheckOutput(serializers.Serializer[Any]):
    """What is thought of a contract: wrong, missing, different, and the least tier it allows."""

    problems = ProblemOutput(many=True)
    missing = MissingOutput(many=True)
    differences = DifferenceOutput(many=True)
    minimum_tier = serializers.IntegerField()
    minimum_reasons = serializers.ListField(child=serializers.CharField())
    digest = serializers.CharField(allow_blank=True)


class LookAlikeOutput(serializers.Serializer[Any]):
    """A surface that looks like another."""

    key = serializers.CharField()
    name = serializers.CharField()
    score = serializers.IntegerField()
    why = serializers.CharField()


class RaciLineOutput(serializers.Serializer[Any]):
    """Who is R, A, C and I for one kind of decision."""

    decision = serializers.ChoiceField(choices=list(raci.DECISIONS))
    R = serializers.ListField(child=serializers.CharField(), help_text=PARTY)
    A = serializers.ListField(child=serializers.CharField(), help_text="Exactly one.")
    C = serializers.ListField(child=serializers.CharField())
    I = serializers.ListField(child=serializers.CharField())  # noqa: E741 - the letter of the matrix
    is_default = serializers.BooleanField()


class ShareOutput(serializers.Serializer[Any]):
    """With whom a surface is shared, and for what."""

    with_ = serializers.CharField(help_text="person:p_… or team:claims")
    may_edit = serializers.BooleanField()

    def get_fields(self) -> dict[str, Any]:
        """Call the field `with`, which is a word of the language."""
        fields = super().get_fields()
        return {"with": fields["with_"], "may_edit": fields["may_edit"]}
