"""HTML input of reviews, decisions, checklists and the rollout."""

from typing import Any

from django import forms

from governance.core.contributions import ReviewSubject, contributed
from governance.core.text import clean_text
from governance.people.forms import DayField, PeopleForm, PersonChoice
from governance.people.models import User
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Review

STANDINGS = [each for each in ChecklistAnswer.Standing.choices if each[0] != ChecklistAnswer.Standing.OPEN]


def prose(label: str, help_text: str = "", *, rows: int = 3, longest: int = 4000, required: bool = True) -> forms.CharField:
    """Return a field for a few sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, max_length=longest, widget=widget, required=required, validators=[clean_text]
    )


def line(label: str, help_text: str = "", *, longest: int = 400, required: bool = True) -> forms.CharField:
    """Return a field for one line."""
    return forms.CharField(label=label, help_text=help_text, max_length=longest, required=required, validators=[clean_text])


class PlanForm(PeopleForm):
    """Which review, of what, when, and who leads it."""

    kind = forms.ChoiceField(label="Review", choices=Review.Kind.choices, widget=forms.RadioSelect)
    subject = forms.ChoiceField(label="Vendor", required=False, help_text="For the review of a vendor only.")
    planned_on = DayField(label="Day")
    owner = PersonChoice(label="Led by")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(f"{looks.key}:{each.pk}", str(each)) for looks in contributed(ReviewSubject) for each in looks.choices(user)]
        self.fields["subject"].choices = [("", "Nothing single"), *offered]  # type: ignore[attr-defined]
        labels = [looks.label for looks in contributed(ReviewSubject)]
        self.fields["subject"].label = " or ".join(labels) or "Of what"

    def clean(self) -> dict[str, Any]:
        """Turn what is chosen into the thing; a thing of another kind is refused."""
        given: dict[str, Any] = super().clean() or {}
        kind, chosen = given.get("kind", ""), given.get("subject", "")
        looks = next((each for each in contributed(ReviewSubject) if each.key == kind), None)
        given["subject"] = None
        if looks is not None and chosen.startswith(f"{kind}:"):
            given["subject"] = looks.load(chosen.partition(":")[2])
        if looks is not None and given["subject"] is None:
            self.add_error("subject", f"Choose the {looks.label.lower()}.")
        return given


class MoveForm(forms.Form):
    """Another day."""

    planned_on = DayField(label="Day")
    reason = line("Why", longest=2000, required=False)


class HandOverForm(PeopleForm):
    """Who leads it from now on."""

    to = PersonChoice(label="Led by")
    reason = line("Why", longest=2000, required=False)


class WhyForm(forms.Form):
    """Why something is called off, dropped or taken back."""

    reason = prose("Why", "Stays in the ledger: write no name.", rows=2, longest=2000)


class NotesForm(forms.Form):
    """What was said."""

    notes = prose("Notes", "What was said and why; decisions stand by themselves.", rows=12, longest=20000, required=False)


class PresenceForm(PeopleForm):
    """Who of those who were asked, and somebody else."""

    people = forms.ModelMultipleChoiceField(
        label="Asked", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    also = PersonChoice(label="And", required=False, empty_label="Nobody else")

    def __init__(self, *args: Any, asked: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = User.objects.filter(pk__in=[person.pk for person in asked]).order_by("name")
        self.fields["people"].queryset = held  # type: ignore[attr-defined]

    def chosen(self) -> list[User]:
        """Return everybody who was chosen."""
        also = self.cleaned_data["also"]
        return [*self.cleaned_data["people"], *([also] if also is not None else [])]


class DecideForm(PeopleForm):
    """What is decided, who does it, until when."""

    text = line("What is decided", "So that the next review can see whether it is done.")
    owner = PersonChoice(label="Owner")
    due_on = DayField(label="Until")
    detail = prose("More about it", required=False)


class ChangeDecisionForm(PeopleForm):
    """Other hands, or another day."""

    owner = PersonChoice(label="Owner", empty_label=None)
    due_on = DayField(label="Until", help_text="A later day needs a reason.")
    reason = line("Why", longest=2000, required=False)


class DoneForm(forms.Form):
    """What came of a decision."""

    note = prose("What came of it", "The next review reads it.", required=False)


class AnswerForm(forms.Form):
    """How one area stands this quarter."""

    standing = forms.ChoiceField(label="How it stands", choices=STANDINGS, widget=forms.RadioSelect)
    answer = prose("Answer")
    shown_by = line("Where it can be seen", "An address, a document or a key.", longest=600, required=False)


class GiveForm(PeopleForm):
    """Who answers it."""

    owner = PersonChoice(label="Answered by", required=False, empty_label="Nobody yet")


class CloseForm(forms.Form):
    """What the review of one thing comes to."""

    outcome = forms.ChoiceField(label="Outcome", choices=Review.Outcome.choices, widget=forms.RadioSelect)
    outcome_why = prose("Why")


class StartForm(PeopleForm):
    """When the thirty days begin, and who leads them."""

    starts_on = DayField(label="First day")
    owner = PersonChoice(label="Led by")


class StepForm(PeopleForm):
    """Who does a step, and until when."""

    owner = PersonChoice(label="Done by", required=False, empty_label="Nobody yet")
    due_on = DayField(label="Until")


class FinishForm(forms.Form):
    """How a step was done."""

    note = prose("How it was done", longest=2000)
