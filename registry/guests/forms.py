"""HTML input of guests' access and of auditors' questions."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.forms import DayField
from governance.people.models import Team, User
from registry.guests import queries


class TermsForm(forms.Form):
    """Which days may be read, and until when."""

    period_from = DayField(label="First day", help_text="What was written from this day (UTC) is read.")
    period_until = DayField(label="Last day", help_text="To this one, included.")
    ends_on = DayField(label="Access ends", help_text="On the evening of this day, by itself. At most a year.")
    reason = forms.CharField(
        max_length=2000,
        label="Why",
        help_text="Each decision says why; it stands in the ledger.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GuestForm(TermsForm):
    """Whom to let in, what for, and what they look at."""

    purpose = forms.CharField(max_length=200, label="What for", help_text="The audit, in a few words.")
    email = forms.EmailField(max_length=254, required=False, label="Guest's e-mail address")
    name = forms.CharField(max_length=200, required=False, label="Guest's name")
    person = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Or a guest who is here", empty_label="Nobody"
    )
    surfaces = forms.CharField(
        max_length=20_000,
        required=False,
        label="Surfaces",
        help_text="Their keys, such as S-0418 S-0420. Leave them and the team out for the whole company.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.all(),
        required=False,
        label="Or a team's",
        empty_label="No team",
        help_text="With the teams below it.",
    )
    contact = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Their contact", empty_label=None, help_text="Who answers what nobody owns."
    )
    field_order = (
        "purpose",
        "email",
        "name",
        "person",
        "surfaces",
        "team",
        "period_from",
        "period_until",
        "ends_on",
        "contact",
        "reason",
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = queries.guests(user)  # type: ignore[attr-defined]
        self.fields["contact"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class AskForm(forms.Form):
    """What an auditor wants to know."""

    text = forms.CharField(max_length=4000, label="Question", widget=forms.Textarea(attrs={"rows": 4}))


class ReplyForm(forms.Form):
    """What is said to it."""

    text = forms.CharField(max_length=8000, label="Answer", widget=forms.Textarea(attrs={"rows": 5}))


class AgainForm(forms.Form):
    """What is still missing."""

    text = forms.CharField(max_length=8000, label="What is missing", widget=forms.Textarea(attrs={"rows": 4}))


class AcceptForm(forms.Form):
    """What is said with the acceptance, where there is anything to say."""

    text = forms.CharField(max_length=8000, required=False, label="Note", widget=forms.Textarea(attrs={"rows": 2}))


class HandOverForm(forms.Form):
    """Who answers instead, and by when."""

    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Answered by", empty_label=None)
    due_on = DayField(label="By")
    reason = forms.CharField(max_length=2000, required=False, label="Why", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]
