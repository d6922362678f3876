"""HTML input of findings."""

from datetime import timedelta
from typing import Any

from django import forms

from governance.core import clock
from governance.core.text import clean_text
from governance.people import queries as people
from governance.people.models import User

USUAL = timedelta(days=14)


def _why(label: str, hint: str, *, required: bool = True) -> forms.CharField:
    text = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=2000, validators=[clean_text], widget=text, help_text=hint)


class SnoozeForm(forms.Form):
    """Until when, and why it can wait."""

    until = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = _why("Why it can wait", "It comes back on that day by itself.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + USUAL


class DismissForm(forms.Form):
    """Why it is none."""

    reason = _why("Why it is no finding", "It stays on the list as dismissed, and does not come back by itself.")


class OwnerForm(forms.Form):
    """Who answers for it from now on."""

    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Owner", empty_label="Choose a person")
    reason = _why("Why", "They are told.", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """Which registered surface makes these calls."""

    surface = forms.CharField(max_length=40, label="Surface", help_text="Its key, such as S-0418.")
