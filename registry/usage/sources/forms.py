"""HTML input of sources."""

from typing import Any

from django import forms

from governance.core.text import clean_text
from governance.people import queries as people
from governance.people.models import Team, User
from registry.usage.models import UsageSource

DAYS = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "A year"))


def days() -> forms.TypedChoiceField:
    """Return the field for how long a token is good."""
    help_text = "Its owner is told 30 days before it ends."
    return forms.TypedChoiceField(label="The token is good for", choices=DAYS, coerce=int, initial=365, help_text=help_text)


def notes() -> forms.CharField:
    """Return the field for what else is to be known."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label="Notes", required=False, max_length=4000, widget=widget, validators=[clean_text])


class SourceForm(forms.Form):
    """Who sends, and for what."""

    name = forms.CharField(label="Name", max_length=200, validators=[clean_text], help_text="Such as claims triage, production.")
    kind = forms.ChoiceField(
        label="It sends for",
        choices=UsageSource.Kind.choices,
        widget=forms.RadioSelect,
        help_text="What its spans name beyond that is refused, span by span.",
    )
    surface = forms.CharField(
        label="Surface", required=False, max_length=40, help_text="For one surface: its key, such as S-0418."
    )
    team = forms.ModelChoiceField(
        label="Team", required=False, queryset=Team.objects.all(), empty_label="None", help_text="For a team's programs."
    )
    owner = forms.ModelChoiceField(queryset=User.objects.none(), empty_label=None, help_text="The one person who answers for it.")
    notes = notes()
    days = days()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset, owner.initial = people.active_people().order_by("name"), user.pk


class ChangeForm(forms.Form):
    """What it is called."""

    name = forms.CharField(label="Name", max_length=200, validators=[clean_text])
    notes = notes()


class GiveForm(forms.Form):
    """Who answers for it from now on."""

    to = forms.ModelChoiceField(queryset=User.objects.none(), label="To", empty_label="Choose a person")
    reason = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """How long the new token is good, and what becomes of the old one."""

    days = days()
    keep_old = forms.BooleanField(
        required=False,
        label="Let the old token work until its own end",
        help_text="Choose it to move programs over one by one; revoke nothing that leaked this way.",
    )


class ReviveForm(forms.Form):
    """How long its new token is good."""

    days = days()


class RetireForm(forms.Form):
    """Why it sends no more."""

    reason = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
