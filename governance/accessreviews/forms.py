"""HTML input of access reviews."""

from django import forms

from governance.core.text import clean_text
from governance.people import roles
from governance.people.forms import DayField, PeopleForm, PersonChoice


class OpenForm(PeopleForm):
    """Who answers for a review, and until when."""

    reviewer = PersonChoice(label="Reviewer", help_text="An administrator or a risk officer.")
    due_on = DayField(label="Due")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = self.fields["reviewer"]
        known.queryset = known.queryset.filter(role__in=roles.GOVERNS)  # type: ignore[attr-defined]


class HandOverForm(OpenForm):
    """Who answers for it from now on."""

    due_on = None  # type: ignore[assignment]
    reason = forms.CharField(label="Why", required=False, max_length=2000, validators=[clean_text])


class RevokeForm(forms.Form):
    """Why something is taken away, or a review called off."""

    reason = forms.CharField(
        label="Why", max_length=2000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stays in the ledger: write no name.",
    )  # fmt: skip
