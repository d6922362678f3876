"""What the API takes and shows of surfaces."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from governance.api.output import Output
from registry.contracts.tiers import QUESTIONS
from registry.surfaces import raci
from registry.surfaces.lifecycle import VERBS
from registry.surfaces.models import Draft, OwnerTransfer, Pattern, Revision, Surface, SurfaceState

OWNER = "Reference of the accountable person."
PARTY = "position:legal, or person:p_…"


@extend_schema_field({"type": "object", "description": "A contract; its schema is at /api/v1/contracts/schema."})
class ContractField(serializers.JSONField):
    """A contract as plain JSON; what is wrong with it is said by the contract's own rules."""


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
    draft_version = serializers.IntegerField(allow_null=True, help_text="The draft that was saved; null for a dry run.")


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


class SurfaceInput(Input):
    """What a surface is registered with."""

    name = Name()
    purpose = Prose(required=False)
    team = Name(max_length=60, required=False, help_text="Key of a team.")
    owner = Name(max_length=40, required=False, help_text=f"{OWNER} Somebody else than the caller is asked to accept.")
    pattern = serializers.ChoiceField(choices=Pattern.choices, required=False)
    vendor = Name(max_length=60, required=False, help_text="Key of a vendor.")
    tier = serializers.IntegerField(min_value=0, max_value=4, required=False)
    state = serializers.ChoiceField(choices=[SurfaceState.IDEA, SurfaceState.BUILDING], required=False)
    topic = Name(max_length=200, required=False, allow_blank=True)
    external_id = Name(max_length=200, required=False, allow_blank=True)
    started_on = serializers.DateField(required=False)
    review_on = serializers.DateField(required=False)
    example = {
        "name": "Claims triage assistant",
        "purpose": "Suggests a queue.",
        "team": "claims",
        "pattern": "own_backend",
        "tier": 3,
    }


class SurfacePatch(Input):
    """Facts to change; what is left out stays. Null takes a value away."""

    name = Name(required=False)
    purpose = Prose(required=False)
    team = Name(max_length=60, required=False, allow_null=True, help_text="Key of a team.")
    pattern = serializers.ChoiceField(choices=Pattern.choices, required=False)
    vendor = Name(max_length=60, required=False, allow_null=True, help_text="Key of a vendor.")
    topic = Name(max_length=200, required=False, allow_blank=True)
    external_id = Name(max_length=200, required=False, allow_blank=True)
    started_on = serializers.DateField(required=False, allow_null=True)
    review_on = serializers.DateField(required=False, allow_null=True)
    example = {"purpose": "Suggests a queue and says why."}


class AnswersField(Nested):
    """The questionnaire; null or left out is not answered."""

    acts_alone = serializers.BooleanField(required=False, allow_null=True, help_text=QUESTIONS[0].text)
    regulated = serializers.BooleanField(required=False, allow_null=True, help_text=QUESTIONS[1].text)
    reaches_customers = serializers.BooleanField(required=False, allow_null=True, help_text=QUESTIONS[2].text)
    drafts_for_customers = serializers.BooleanField(required=False, allow_null=True, help_text=QUESTIONS[3].text)
    internal_only = serializers.BooleanField(required=False, allow_null=True, help_text=QUESTIONS[4].text)


class TierInput(Input):
    """A tier, the answers behind it, and why it may be lower than they suggest."""

    tier = serializers.IntegerField(min_value=0, max_value=4)
    answers = AnswersField(required=False)
    reason = Prose(max_length=2000, required=False)
    example = {"tier": 3, "answers": {"regulated": True}}


class StateInput(Input):
    """A step of the surface's life that people take by hand."""

    state = serializers.ChoiceField(choices=[str(state) for state in VERBS])
    reason = Prose(max_length=2000, required=False)
    example = {"state": "building"}


class OwnerInput(Input):
    """Who answers for it from now on, without being asked."""

    owner = Name(max_length=40, help_text=OWNER)
    reason = Prose(max_length=2000, required=False)
    example = {"owner": "p_4f1d2c9a8b7e6d50", "reason": "Noor left."}


class TransferInput(Input):
    """Whom to ask to take it over."""

    receiver = Name(max_length=40, help_text="Reference of a person.")
    reason = Prose(max_length=2000, required=False)
    example = {"receiver": "p_4f1d2c9a8b7e6d50", "reason": "I move to another team."}


class AnswerInput(Input):
    """What one says to a hand-over."""

    answer = Prose(max_length=2000, required=False)
    example = {"answer": "Gladly."}


class ShareInput(Input):
    """With whom, and whether they may work on it."""

    person = Name(max_length=40, required=False, help_text="Reference of a person.")
    team = Name(max_length=60, required=False, help_text="Key of a team.")
    may_edit = serializers.BooleanField(required=False, default=False)
    example = {"team": "support", "may_edit": False}


class UnshareInput(Input):
    """With whom it is no longer shared."""

    person = Name(max_length=40, required=False)
    team = Name(max_length=60, required=False)
    example = {"team": "support"}


class RaciInput(Input):
    """One row of the matrix; `default` goes back to what the tier says."""

    decision = serializers.ChoiceField(choices=list(raci.DECISIONS))
    R = serializers.ListField(child=Name(max_length=120), required=False, max_length=40, help_text=PARTY)
    A = serializers.ListField(child=Name(max_length=120), required=False, max_length=40, help_text="Exactly one.")
    C = serializers.ListField(child=Name(max_length=120), required=False, max_length=40)
    I = serializers.ListField(child=Name(max_length=120), required=False, max_length=40)  # noqa: E741 - the letter of the matrix
    default = serializers.BooleanField(required=False, default=False)
    example = {"decision": "model", "R": ["position:engineering"], "A": ["position:product-manager"]}


class DraftInput(Input):
    """A contract to keep as the draft; it may be incomplete."""

    contract = ContractField()
    draft_version = serializers.IntegerField(required=False, min_value=1, help_text="Refused when the draft moved on.")
    example = {"contract": {"outputs": {"audience": "internal"}}}


class ContractInput(Input):
    """A contract as JSON, or a plumbline.yaml as text."""

    contract = ContractField(required=False)
    yaml = serializers.CharField(required=False, max_length=600_000, trim_whitespace=False)
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what would come of it.")
    example = {"contract": {"outputs": {"audience": "internal"}}, "dry_run": True}


class CheckInput(Input):
    """A contract to look at, for a tier."""

    contract = ContractField(required=False)
    yaml = serializers.CharField(required=False, max_length=600_000, trim_whitespace=False)
    tier = serializers.IntegerField(min_value=0, max_value=4, required=False, default=0)
    example = {"contract": {"outputs": {"audience": "customer"}}, "tier": 2}
