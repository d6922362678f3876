"""Input: an older checkpoint to hold the ledger to, and why a finding is accepted."""

from typing import Any

from django import forms


class VerifyForm(forms.Form):
    """What to hold the ledger to beside everything that is here."""

    older = forms.CharField(
        label="An older checkpoint",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="A signed note that you kept elsewhere. Left empty, the ledger is held to those kept here.",
    )


class AcceptForm(forms.Form):
    """Which findings, and why."""

    findings = forms.MultipleChoiceField(label="Findings", widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label="Why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What happened, who found out, and what was done about it. It stands in the ledger.",
    )

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].choices = list(choices)  # type: ignore[attr-defined]
