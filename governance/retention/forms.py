"""HTML input of legal holds."""

from typing import Any

from django import forms

from governance.core.text import clean_text
from governance.people.forms import DayField
from governance.retention import matters
from governance.retention.models import MATTERS


class HoldForm(forms.Form):
    """What is held, why, and until when."""

    name = forms.CharField(label="What it is for", max_length=200, validators=[clean_text])
    reason = forms.CharField(
        label="Why", max_length=4000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The case, and who asked. It is read by whoever wonders why something was kept.",
    )  # fmt: skip
    people = forms.CharField(
        label="People", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="E-mail addresses or references (p_…), with commas between them. None of them can be erased.",
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(label="Whole kinds of record", required=False, widget=forms.CheckboxSelectMultiple)
    until = DayField(label="Last day", required=False, help_text="Leave it empty to hold until somebody releases it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(matters.kinds().items())  # type: ignore[attr-defined]
        for matter in matters.matters():
            self.fields[matter.key] = forms.CharField(
                label=matter.label, required=False, max_length=8000, help_text=f"Keys such as {matter.example}, with commas."
            )
        self.order_fields(["name", "reason", "people", *(matter.key for matter in matters.matters()), "kinds", "until"])

    def clean(self) -> dict[str, Any]:
        """Read the lists apart."""
        given: dict[str, Any] = super().clean() or {}
        for name in MATTERS:
            if isinstance(given.get(name), str):
                given[name] = given[name].replace(",", " ").replace(";", " ").split()
        return given


class ReleaseForm(forms.Form):
    """Why a hold is released."""

    reason = forms.CharField(label="Why", max_length=4000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 3}))
