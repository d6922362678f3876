"""HTML input of continuity plans and their drills."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.models import User
from registry.continuity.models import LONGEST_DAYS, SHORTEST_DAYS, VendorDrill


def words(label: str, help_text: str, *, required: bool = False, rows: int = 3, longest: int = 4000) -> forms.CharField:
    """Return a field for a few sentences."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest, widget=area)


def day(label: str, help_text: str = "") -> forms.DateField:
    """Return a field for a day."""
    picked = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=picked)


class People(forms.Form):
    """Offers the active people where a person is named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"owner", "led_by"} & set(self.fields):
            self.fields[name].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class PlanForm(People):
    """What we would do tomorrow, who answers for that, and how often it is drilled."""

    if_down = words("If it went down for a day", "Who does what in the first hour, and by which route it goes on.", required=True)
    if_degraded = words("If it degraded", "How we would see it, and what is switched over when.")
    if_policy_changes = words("If it changed a policy", "Such as training on our data, or another region: who decides, by when.")
    fallback = words("What takes over", "The other vendor, the rules engine, people.", required=True, rows=2, longest=2000)
    owner = forms.ModelChoiceField(User.objects.none(), label="Owner", empty_label=None, help_text="Who answers for this plan.")
    drill_every_days = forms.IntegerField(
        label="Drilled every", min_value=SHORTEST_DAYS, max_value=LONGEST_DAYS, help_text="In days; 180 is twice a year."
    )
    next_drill_on = day("Next drill", "After this day it is overdue, and shown in red.")


class PlanDrillForm(People):
    """A drill to come."""

    scenario = forms.ChoiceField(choices=VendorDrill.Scenario.choices, label="What happens", widget=forms.RadioSelect)
    planned_on = day("Day")
    led_by = forms.ModelChoiceField(User.objects.none(), label="Led by", empty_label=None)


class RunForm(forms.Form):
    """How a drill went; which surfaces go on is computed and never typed."""

    outcome = forms.ChoiceField(choices=VendorDrill.Outcome.choices, label="How it went", widget=forms.RadioSelect)
    seconds = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=7 * 24 * 3600,
        label="Seconds to switch over",
        help_text="Where it was tried for real. Left empty for a drill on paper.",
    )
    note = words("Note", "What was seen. Where surfaces would stop: why that is all right, or what follows.")
    lesson = forms.CharField(required=False, max_length=400, label="What changes because of it")


class RunNowForm(RunForm):
    """A drill that was not planned."""

    scenario = forms.ChoiceField(choices=VendorDrill.Scenario.choices, label="What happens", widget=forms.RadioSelect)
    field_order = ("scenario", "outcome", "seconds", "note", "lesson")


class WhyForm(forms.Form):
    """Why it is ended."""

    reason = words("Why", "Kept with it.", rows=2, longest=2000)
