"""What is handed in, and the small forms around it."""

from typing import Any

from django import forms

from registry.evidence import storage


def prose(label: str, help_text: str, *, required: bool = False, longest: int = 2000) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": 3})
    )


def day(label: str, help_text: str) -> forms.DateField:
    """Return a field for a day that may stay empty."""
    return forms.DateField(required=False, label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}))


class CollectForm(forms.Form):
    """A file, a link or a record, and what it shows."""

    control = forms.ChoiceField(label="What it shows", required=False)
    file = forms.FileField(required=False, label="File")
    url = forms.CharField(
        required=False,
        max_length=2000,
        label="Or a link",
        help_text="Begins with https://. It is kept as an address and never opened from here.",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}),
    )
    record = forms.CharField(
        required=False,
        max_length=400,
        label="Or something held here",
        help_text="Its key, such as C-1192 or RUN-12, or the address of its page.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        required=False, max_length=400, label="What it is", help_text="In a few words. Empty: the name of the file or record."
    )
    note = prose("What one should see in it", "Which page, which figure, or what the reader should look for.", longest=4000)
    collected_on = day("Collected on", "Empty: today.")
    expires_on = day("Good until", "Empty: as long as policy lets such evidence count.")

    def __init__(self, *args: Any, controls: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        largest = storage.largest() // storage.MEGABYTE
        self.fields["file"].help_text = f"Up to {largest} MB of any kind. The same file is kept once."
        if controls is None:
            del self.fields["control"]
        else:
            self.fields["control"].choices = [("", "Nothing yet"), *controls]  # type: ignore[attr-defined]


class AttachForm(forms.Form):
    """For which control of which surface."""

    surface = forms.CharField(max_length=40, label="Surface", help_text="Its key, such as S-0418.")
    control = forms.ChoiceField(label="What it shows there")

    def __init__(self, *args: Any, controls: list[tuple[str, str]], offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["surface"].widget.attrs |= {"list": "surfaces-offered", "autocomplete": "off"}
        self.fields["control"].choices = controls  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why, where one likes to say it."""

    reason = prose("Why", "Kept in the history.")


class WithdrawForm(forms.Form):
    """Why it no longer holds."""

    reason = prose("Why it no longer holds", "Whoever relied on it reads this.", required=True)
