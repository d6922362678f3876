"""HTML input of postmortems, action items, cases asked for, and of closing."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.models import User
from incidents.postmortems import demands, targets
from incidents.postmortems.models import LONGEST_TEXT
from registry.evals.models import EvalSuite


def prose(label: str, help_text: str = "", *, rows: int = 4, longest: int = 4000, required: bool = True) -> forms.CharField:
    """Return a field for a few sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=longest, widget=widget, required=required)


def day(label: str, help_text: str = "") -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class TextForm(forms.Form):
    """One text of a postmortem."""

    text = prose("Text", rows=14, longest=LONGEST_TEXT, required=False)

    def __init__(self, *args: Any, heading: str = "Text", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = heading, hint


class TitleForm(forms.Form):
    """What a postmortem is called."""

    title = forms.CharField(label="Title", max_length=400, help_text="What happened, in a few words; nobody's name.")


class CauseForm(forms.Form):
    """A cause, and how it worked here."""

    cause = forms.ChoiceField(label="Cause", widget=forms.RadioSelect)
    note = prose("How it worked here", "What let it have this effect.", rows=3, longest=2000, required=False)

    def __init__(self, *args: Any, taken: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [(key, name) for key, name in demands.explained() if key not in taken]  # type: ignore[attr-defined]


class CauseNoteForm(forms.Form):
    """How a cause worked here."""

    note = prose("How it worked here", rows=4, longest=2000, required=False)


class MomentsForm(forms.Form):
    """Which moments of the timeline are drawn in."""

    moments = forms.MultipleChoiceField(label="Moments", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, offered: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moments"].choices = offered  # type: ignore[attr-defined]

    def clean_moments(self) -> list[int]:
        """Return the ids that were ticked."""
        return [int(each) for each in self.cleaned_data["moments"]]


class OwnedForm(forms.Form):
    """Offers the active people as owners."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """What in the system changes."""

    target_type = forms.ChoiceField(
        label="What in the system changes", choices=[("", "Nothing yet"), *targets.CHOICES], required=False
    )
    target_id = forms.CharField(
        label="Its key", max_length=120, required=False, help_text="As its own page shows it, such as C-12."
    )


class ItemForm(OwnedForm, TargetForm):
    """An action item: what, by whom, until when, and what changes by it."""

    what = forms.CharField(label="What is to be done", max_length=400, help_text="So that one can see whether it is done.")
    detail = prose("More about it", rows=3, required=False)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Owner", empty_label="Choose a person")
    due_on = day("Until")

    field_order = ["what", "owner", "due_on", "target_type", "target_id", "detail"]


class ChangeItemForm(OwnedForm):
    """What an item asks from now on."""

    what = forms.CharField(label="What is to be done", max_length=400)
    detail = prose("More about it", rows=3, required=False)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Owner", empty_label=None)
    due_on = day("Until", "A later day needs a reason.")
    reason = forms.CharField(label="Why", max_length=2000, required=False)


class DoneForm(forms.Form):
    """How one can see that an item is done."""

    note = prose("How one can see that it is done", "A link, a key, a figure. Somebody else looks and verifies it.", rows=3)


class VerifyForm(forms.Form):
    """What was looked at."""

    note = prose("What you looked at", rows=3, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = prose("Why", "It stays on record.", rows=3)


class CloseForm(forms.Form):
    """A last word, if there is one."""

    reason = prose("Anything to add", rows=2, required=False)


class WordsForm(forms.Form):
    """What goes into a case, and what good would be."""

    words = prose("Words that go in", "What was asked, without anybody's personal data.", rows=5, longest=8000)
    expected = prose("What good would be", "So that another person could judge an answer by it.", rows=3)


class CaseForm(WordsForm):
    """A case asked for in a suite."""

    suite = forms.ModelChoiceField(queryset=EvalSuite.objects.none(), label="Suite", empty_label="Choose a suite")
    name = forms.CharField(
        label="Name of the case",
        max_length=300,
        help_text="Exactly as it will be called in the suite: by this name its first run in CI is seen.",
    )

    field_order = ["suite", "name", "words", "expected"]

    def __init__(self, *args: Any, suites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["suite"].queryset = suites  # type: ignore[attr-defined]
