"""HTML input of targets, witnesses and watched logs."""

from typing import Any

from django import forms

from governance.channels.models import Channel
from governance.core.text import clean_text
from governance.witness.actions.targets import BY_CHANNEL
from governance.witness.models import MOST_MINUTES, Publication

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _word(label: str, longest: int, help_text: str = "", **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs=PLAIN)
    return forms.CharField(label=label, max_length=longest, help_text=help_text, validators=[clean_text], widget=widget, **more)


class PublicationForm(forms.Form):
    """Where checkpoints go. Without `kind` the kind is asked for as well."""

    name = _word("Name", 200, "What people call it: Audit bucket.")
    kind = forms.ChoiceField(label="How it gets there", choices=Publication.Kind.choices)
    place = _word(
        "Folder or prefix",
        200,
        "For folders and object stores: below the folder that the server was given, or below published/ in its object store.",
        required=False,
    )
    channel = forms.ModelChoiceField(
        label="Channel",
        queryset=Channel.objects.none(),
        required=False,
        empty_label="None",
        help_text="For e-mail and signed webhooks: a channel of the same kind, which keeps address and secret.",
    )
    every_minutes = forms.IntegerField(
        label="At most one each … minutes", min_value=1, max_value=MOST_MINUTES, initial=60, help_text="60 is once an hour."
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind] if kind else list(BY_CHANNEL)
        rows = Channel.objects.filter(kind__in=kinds).exclude(state=Channel.State.RETIRED).order_by("name")
        self.fields["channel"].queryset = rows  # type: ignore[attr-defined]
        if kind:
            del self.fields["kind"]
            del self.fields["place" if kind in BY_CHANNEL else "channel"]


class WitnessForm(forms.Form):
    """Who cosigns. Its key cannot be changed later."""

    name = _word("Name", 200)
    vkey = _word("Its public key", 300, "As the witness publishes it: name, id and key, with plus signs between.")
    url = _word("Address", 400, "https:// of its submission prefix, without /add-checkpoint.")

    def __init__(self, *args: Any, held: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if held:
            del self.fields["vkey"]


class WatchedLogForm(forms.Form):
    """Which log is cosigned. Its origin cannot be changed later."""

    origin = _word("Origin", 200, "The first line of its checkpoints.")
    name = _word("Whose it is", 200)
    vkeys = forms.CharField(
        label="Its public keys",
        max_length=4000,
        help_text="One a line, got from its owner by another way than the log itself.",
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3, **PLAIN}),
    )

    def __init__(self, *args: Any, held: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if held:
            del self.fields["origin"]


class WhyForm(forms.Form):
    """Why, for the history."""

    reason = forms.CharField(
        label="Why", required=False, max_length=2000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 2})
    )


class FoundForm(forms.Form):
    """What was found out about an alarm."""

    reason = forms.CharField(
        label="What was found out",
        max_length=2000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the ledger beside the alarm.",
    )
