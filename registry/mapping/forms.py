"""HTML input of mapping sessions."""

from typing import Any

from django import forms

from governance.people.models import Team
from registry.mapping import exports
from registry.mapping.models import HOUR
from registry.surfaces.forms import PersonField, WithPeople

LARGEST = 5_000_000


class PlanForm(WithPeople):
    """A session to come."""

    name = forms.CharField(max_length=200, label="Name", help_text="Such as the department, or the month.")
    teams = forms.ModelMultipleChoiceField(Team.objects.none(), label="Teams", widget=forms.CheckboxSelectMultiple)
    facilitator = PersonField(label="Who leads it")
    planned_at = forms.SplitDateTimeField(
        label="When",
        required=False,
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}, date_format="%Y-%m-%d"),
    )
    minutes = forms.IntegerField(label="How long", initial=HOUR, min_value=10, max_value=240, help_text="In minutes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]


class ChangeForm(PlanForm):
    """What of a session can be changed; teams are invited one by one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["teams"]


class InviteForm(forms.Form):
    """One more team."""

    team = forms.ModelChoiceField(Team.objects.none(), label="Team")

    def __init__(self, *args: Any, session: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = Team.objects.exclude(pk__in=session.teams.values("team")) if session is not None else Team.objects.all()
        self.fields["team"].queryset = rest.order_by("name")  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """What is to be kept in mind of the hour."""

    notes = forms.CharField(
        label="What to keep in mind", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )


class LineForm(forms.Form):
    """One place where a model is called, in four plain fields."""

    what = forms.CharField(label="What is it called?", max_length=200, help_text="The app, the feature or the script.")
    made_by = forms.CharField(label="Who makes it?", max_length=200, required=False, help_text="A vendor, or we ourselves.")
    purpose = forms.CharField(
        label="What is it used for?", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    data_used = forms.CharField(label="Which data goes in?", max_length=400, required=False, help_text="In your own words.")


class ExportForm(forms.Form):
    """An export of sign-on or of expenses."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(exports.SSO, "Sign-on: who opens which app"), (exports.EXPENSES, "Expenses: what was paid to whom")],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX. Columns are found by their names. Only known products are kept: no person, no other payment.",
    )


class KnownForm(forms.Form):
    """Which surface it is."""

    surface = forms.CharField(label="Surface", max_length=40, help_text="Its key, such as S-0418.")


class LeaveForm(forms.Form):
    """Why a line is left out."""

    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
