"""HTML input around surfaces."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.models import Team, User
from governance.policy import queries as policy
from registry.catalog.models import Vendor
from registry.contracts.tiers import QUESTIONS
from registry.surfaces import rules
from registry.surfaces.models import Pattern, Surface

DAY = forms.DateInput(attrs={"type": "date"})
YES_NO = (("yes", "Yes"), ("no", "No"))


def as_answer(given: str) -> bool | None:
    """Read yes, no or nothing."""
    return {"yes": True, "no": False}.get(given)


def as_choice(answer: bool | None) -> str:
    """Write an answer for a form."""
    return {True: "yes", False: "no", None: ""}[answer]


class PersonField(forms.ModelChoiceField):
    """One active person of the company."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "Choose a person")
        super().__init__(queryset=User.objects.none(), **kwargs)


class WithPeople(forms.Form):
    """Base of forms in which people are chosen; who is active is read for each form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.queryset = people.active_people().order_by("name")


class FactsForm(forms.ModelForm):
    """What a surface is, apart from owner, tier and state."""

    class Meta:
        model = Surface
        fields = ("name", "purpose", "team", "pattern", "vendor", "topic", "external_id", "started_on", "review_on")
        labels = {
            "pattern": "How a model is built in",
            "external_id": "Number elsewhere",
            "started_on": "In use since",
            "review_on": "Next review",
        }
        help_texts = {
            "name": "What people call it.",
            "purpose": "What it does, for whom, in two sentences.",
            "topic": "A word by which similar surfaces are found.",
            "external_id": "Its number in another inventory.",
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4}), "started_on": DAY, "review_on": DAY}

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks what changes."""


class TierForm(forms.Form):
    """The questionnaire, the tier, and why."""

    tier = forms.TypedChoiceField(label="Tier", coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Why",
        help_text="Needed where the tier is lower than suggested.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                choices=(("", "Not answered"), *YES_NO), required=False, label=question.text, help_text=question.help
            )
        self.order_fields([*(question.key for question in QUESTIONS), "tier", "reason"])
        offer_tiers(self.fields["tier"])

    @property
    def answers(self) -> dict[str, bool | None]:
        """The questionnaire as it was answered."""
        return {question.key: as_answer(self.cleaned_data.get(question.key, "")) for question in QUESTIONS}


def offer_tiers(field: Any) -> None:
    """Offer the tiers of the policy, each with its example."""
    tiers = policy.tiers()
    field.choices = [(number, f"T{number} {tier.name}") for number, tier in tiers.items()]
    field.choice_help = {str(number): tier.example for number, tier in tiers.items()}


class OwnerForm(WithPeople):
    """Who answers for it from now on."""

    owner = PersonField(label="Owner")
    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class TransferForm(WithPeople):
    """Whom to ask to take a surface over."""

    receiver = PersonField(label="To whom", help_text="They are asked, and own it once they accept.")
    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(forms.Form):
    """What one says to a hand-over."""

    answer = forms.CharField(
        required=False, max_length=2000, label="What you say to it", widget=forms.Textarea(attrs={"rows": 2})
    )


class ShareForm(WithPeople):
    """With whom a surface is shared, and for what."""

    person = PersonField(label="Person", required=False, empty_label="Nobody")
    team = forms.ModelChoiceField(label="Or a team", queryset=Team.objects.all(), required=False, empty_label="None")
    permission = forms.ChoiceField(
        label="For what",
        choices=((rules.VIEW, "To see it"), (rules.EDIT, "To work on it: facts, draft, RACI, proposals")),
        widget=forms.RadioSelect,
        initial=rules.VIEW,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or self.cleaned_data
        if bool(given.get("person")) == bool(given.get("team")):
            raise forms.ValidationError("Choose a person or a team, one of the two.")
        return given


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class BulkTierForm(forms.Form):
    """One tier for many surfaces."""

    tier = forms.TypedChoiceField(label="Tier", coerce=int)
    reason = forms.CharField(
        required=False, max_length=2000, label="Why", help_text="Needed where the answers suggest a higher tier."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_tiers(self.fields["tier"])


class BulkTeamForm(forms.Form):
    """One team for many surfaces."""

    team = forms.ModelChoiceField(label="Team", queryset=Team.objects.all())


class BulkReviewForm(forms.Form):
    """One day of review for many surfaces."""

    review_on = forms.DateField(label="Next review", widget=DAY)


class WhatForm(forms.Form):
    """First question of a registration."""

    name = forms.CharField(max_length=400, label="Name", help_text="What people call it.")
    purpose = forms.CharField(
        max_length=20_000,
        required=False,
        label="What it does",
        help_text="For whom, and what a person would have to do without it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HowForm(forms.Form):
    """How a model is built in."""

    pattern = forms.ChoiceField(label="How a model is built in", choices=Pattern.choices, widget=forms.RadioSelect)
    vendor = forms.ModelChoiceField(label="Vendor", queryset=Vendor.objects.all(), required=False, empty_label="Not known yet")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        risks = {row["key"]: row["leadership_risk"] for row in policy.document()["integration_patterns"]}
        self.fields["pattern"].choice_help = risks  # type: ignore[attr-defined]


class WhoForm(WithPeople):
    """Who owns it and who pays."""

    team = forms.ModelChoiceField(
        label="Team", queryset=Team.objects.all(), empty_label="Choose a team", help_text="It owns it and pays for it."
    )
    owner = PersonField(label="Owner", help_text="One person answers for it. Somebody else is asked to accept first.")


class AnswerYesNo(forms.Form):
    """One question of the questionnaire; the step says which."""

    answer = forms.ChoiceField(label="Your answer", choices=YES_NO, widget=forms.RadioSelect)


class TierStepForm(forms.Form):
    """The tier at the end of the questions."""

    tier = forms.TypedChoiceField(label="Tier", coerce=int, widget=forms.RadioSelect)
    tier_reason = forms.CharField(
        required=False, max_length=2000, label="Why a lower tier is enough", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_tiers(self.fields["tier"])


class CheckForm(forms.Form):
    """The last look before a surface is registered."""
