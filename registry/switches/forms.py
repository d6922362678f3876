"""HTML input of drills."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.models import User
from registry.switches.models import LONGEST_SECONDS, Drill

SECONDS = "From pulling the lever until it held. Minutes count as 60."


class Person(forms.ModelChoiceField):
    """One active person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)


class DrillForm(forms.Form):
    """What every form of a drill shares: who leads it is offered from the active people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "led_by" in self.fields:
            self.fields["led_by"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class PlanForm(DrillForm):
    """A drill to come: where, of what, when, led by whom."""

    surface = forms.CharField(max_length=40, label="Surface", help_text="Its key, such as S-0418.")
    kind = forms.ChoiceField(choices=Drill.Kind.choices, label="What is tried", widget=forms.RadioSelect)
    planned_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    lever = forms.CharField(
        max_length=200, required=False, label="Lever", help_text="Which rung is pulled, or to which revision it goes back."
    )
    led_by = Person(label="Led by", empty_label=None)


class MoveForm(DrillForm):
    """Another day, or other hands."""

    planned_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    led_by = Person(label="Led by", empty_label=None)


class OutcomeForm(DrillForm):
    """How a drill went."""

    outcome = forms.ChoiceField(choices=Drill.Outcome.choices, label="How it went", widget=forms.RadioSelect)
    seconds = forms.IntegerField(min_value=1, max_value=LONGEST_SECONDS, label="Seconds until it held", help_text=SECONDS)
    lever = forms.CharField(max_length=200, required=False, label="Lever")
    note = forms.CharField(
        required=False,
        max_length=4000,
        label="Note",
        help_text="What was seen. A failed drill says what went wrong.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, running: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if running:
            self.fields["seconds"].required = False
            self.fields["seconds"].help_text = "Left empty: from the start of the clock until you record it."


class RecordForm(OutcomeForm):
    """A drill that was run without a plan."""

    surface = forms.CharField(max_length=40, label="Surface", help_text="Its key, such as S-0418.")
    kind = forms.ChoiceField(choices=Drill.Kind.choices, label="What was tried", widget=forms.RadioSelect)
    run_at = forms.DateTimeField(
        label="When it was run",
        help_text="In your time zone.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("surface", "kind", "run_at", "outcome", "seconds", "lever", "note")


class CancelForm(forms.Form):
    """Why it is called off."""

    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))
