"""What the API takes for surfaces."""

from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from registry.contracts.tiers import QUESTIONS
from registry.surfaces import raci
from registry.surfaces.api.fields import OWNER, PARTY, ContractField
from registry.surfaces.lifecycle import VERBS
from registry.surfaces.models import Pattern, SurfaceState


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


class CheckInput(Input):
    """A contract to look at, for a tier."""

    contract = ContractField(required=False)
    yaml = serializers.CharField(required=False, max_length=600_000, trim_whitespace=False)
    tier = serializers.IntegerField(min_value=0, max_value=4, required=False, default=0)
    example = {"contract": {"outputs": {"audience": "customer"}}, "tier": 2}
