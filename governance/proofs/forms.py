"""Input about the ledger's key."""

from django import forms


class ReplaceKeyForm(forms.Form):
    """Why the key is replaced."""

    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the ledger beside the new key, for whoever compares keys later.",
    )
