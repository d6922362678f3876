"""HTML input of erasures."""

from django import forms

from governance.core.text import clean_text
from governance.erasure.models import Erasure
from governance.people.forms import DayField


class AskForm(forms.Form):
    """Who asked to be forgotten, when, and on which ground."""

    who = forms.CharField(
        label="Whose data", max_length=254, validators=[clean_text],
        help_text="The e-mail address, or the reference (p_…) of somebody with an account. An address need not have one.",
    )  # fmt: skip
    asked_on = DayField(label="Asked on", help_text="It is due thirty days later (GDPR Art. 12(3)).")
    basis = forms.ChoiceField(label="On which ground", choices=Erasure.Basis.choices)
    identity = forms.CharField(
        label="How we know that it is them", max_length=400, validators=[clean_text],
        help_text="Forgotten together with the rest.",
    )  # fmt: skip
    note = forms.CharField(
        label="What else was said", required=False, max_length=4000, validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 2}), help_text="Forgotten together with the rest.",
    )  # fmt: skip


class DecideForm(forms.Form):
    """Why it is erased; no names, because this stays."""

    reason = forms.CharField(
        label="Why", required=False, max_length=4000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stays in the ledger: write no name.",
    )  # fmt: skip


class RefuseForm(DecideForm):
    """Why it is refused."""

    reason = forms.CharField(
        label="Why", max_length=4000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person has a right to know (GDPR Art. 12(4)). Stays in the ledger: write no name.",
    )  # fmt: skip
