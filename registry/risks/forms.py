"""HTML input of the register."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.models import User
from governance.policy import queries as policy
from registry.risks import rules
from registry.risks.models import Risk


def prose(label: str, help_text: str, *, required: bool = False, longest: int = 4000) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": 3})
    )


def steps(label: str, help_text: str, words: dict[int, tuple[str, str]]) -> forms.TypedChoiceField:
    """Return a field for one of five steps, each with what it means."""
    choices = [(number, f"{number} · {word}: {meaning}") for number, (word, meaning) in words.items()]
    return forms.TypedChoiceField(label=label, help_text=help_text, choices=choices, coerce=int, initial=3)


def day(label: str, help_text: str) -> forms.DateField:
    """Return a field for a day that may stay empty."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, label=label, help_text=help_text, widget=widget)


class RiskForm(forms.Form):
    """What a risk says."""

    title = forms.CharField(max_length=400, label="What could go wrong", help_text="In one line, in words anybody reads.")
    area = forms.ChoiceField(help_text="The areas are those of the policy; a risk officer adds others there.")
    likelihood = steps("How likely", "With what is done today.", rules.LIKELIHOOD)
    impact = steps("How bad", "If it happens, with what is done today.", rules.IMPACT)
    defined = prose("What is defined", "The rules that hold about it: what is allowed, where, and who checks.")
    evidence = prose("What shows it", "Where one sees that the rules hold. Evidence can be attached afterwards.")
    treatment = forms.ChoiceField(choices=Risk.Treatment.choices, initial=Risk.Treatment.REDUCE)
    plan = prose("Plan", "What is done about it, by whom and until when.")
    controls = forms.MultipleChoiceField(
        required=False,
        label="Controls that hold it",
        help_text="Hold Ctrl or Cmd to choose several.",
        widget=forms.SelectMultiple(attrs={"size": "6"}),
    )
    review_on = day("Look at it again on", "Empty: in a quarter.")
    owner = forms.ModelChoiceField(queryset=User.objects.none(), empty_label=None, help_text="The one person who answers for it.")

    def __init__(self, *args: Any, person: User, risk: Risk | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = policy.document()
        areas = rules.areas(document)
        if risk is not None and risk.area not in areas:
            areas[risk.area] = risk.area
        self.fields["area"].choices = list(areas.items())  # type: ignore[attr-defined]
        self.fields["controls"].choices = [(each["key"], each["name"]) for each in document["controls"]]  # type: ignore[attr-defined]
        if risk is not None:
            del self.fields["owner"]
            return
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].initial = person.pk


class AcceptForm(forms.Form):
    """Why it is taken as it is."""

    reason = prose("Why it is accepted", "Needed from 10 of 25 on. Read by whoever asks why nothing is done.", longest=2000)


class CloseForm(forms.Form):
    """Why it cannot happen any more."""

    reason = prose("Why it cannot happen any more", "Kept beside the risk.", required=True, longest=2000)


class ReopenForm(forms.Form):
    """Why it is open again."""

    reason = prose("Why it is open again", "Kept in the history.", longest=2000)


class ReviewForm(forms.Form):
    """How it stands now."""

    likelihood = steps("How likely", "With what is done today.", rules.LIKELIHOOD)
    impact = steps("How bad", "If it happens, with what is done today.", rules.IMPACT)
    review_on = day("Look at it again on", "Empty: in a quarter.")
    reason = prose("What was seen", "Kept in the history.", longest=2000)


class OwnerForm(forms.Form):
    """Who answers for it from now on."""

    to = forms.ModelChoiceField(queryset=User.objects.none(), label="New owner", empty_label="Choose a person")
    reason = prose("Why", "Kept in the history.", longest=2000)

    def __init__(self, *args: Any, risk: Risk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people.active_people().exclude(pk=risk.owner_id).order_by("name")  # type: ignore[attr-defined]


class SurfaceForm(forms.Form):
    """A further surface that it is about."""

    surface = forms.CharField(
        max_length=40,
        help_text="Its key, such as S-0418.",
        widget=forms.TextInput(attrs={"list": "surfaces-offered", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered


class EvidenceForm(forms.Form):
    """Evidence that shows how it is held."""

    evidence = forms.ChoiceField(help_text="The latest that you can see and that is current.")

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].choices = offered  # type: ignore[attr-defined]
