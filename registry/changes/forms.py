"""The decision record, and the small forms around a change."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from governance.core import company
from governance.people.models import Team
from registry.changes.models import EmergencyReview
from registry.changes.rules import DEMANDED_RECORD, RECORD_FROM_TIER
from registry.surfaces.models import Revision

DISCLOSURE = (
    ("model_drafted", "Drafted by a model"),
    ("human_edited", "Edited by a person"),
    ("sources_attached", "Sources attached"),
    ("verified_by_eval", "Verified by an eval"),
)


def prose(label: str, help_text: str, *, required: bool = False, rows: int = 3, longest: int = 4000) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def moment() -> forms.DateTimeInput:
    """Return an input for a day and an hour."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ProposeForm(forms.Form):
    """The decision record of a change. What changes is computed and never typed."""

    title = forms.CharField(max_length=400, label="In one line", help_text="What will be different, in words anybody reads.")
    why = prose("Why", "What this is for, and what happens if it is not done.", required=True, longest=8000)
    worst_case = prose("Worst case", "The worst that can credibly happen, and whether it can be undone.")
    blast_radius = prose("Reach", "How many people or records it touches before somebody notices.")
    data_touched = prose("Data touched", "Which data it sees that it did not see before. Filled in from what changes.")
    drift_signs = prose("How we would see drift", "The figure or report that would show it going wrong.")
    rollback_trigger = prose("What triggers rollback", "At which sign it is rolled back, and who does it.")
    rollback_to = forms.ModelChoiceField(
        queryset=Revision.objects.none(),
        required=False,
        label="Roll back to",
        empty_label="The revision in force before it",
    )
    eval_evidence = prose("Eval evidence", "Which evals were run, and what they say. Links are fine.")
    disclosure = forms.MultipleChoiceField(
        choices=DISCLOSURE, required=False, label="Disclosure", widget=forms.CheckboxSelectMultiple
    )
    planned_on = forms.DateField(
        required=False,
        label="Planned for",
        help_text="Empty: as soon as it is approved.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    planned_time = forms.TimeField(
        required=False,
        label="At what time",
        help_text="In the company's time zone. Empty: as the day begins.",
        widget=forms.TimeInput(attrs={"type": "time"}),
    )

    def __init__(self, *args: Any, targets: Any, tier: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rollback_to"].queryset = targets  # type: ignore[attr-defined]
        for name in DEMANDED_RECORD if tier >= RECORD_FROM_TIER else ():
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Make day and time one moment in the company's zone."""
        found: dict[str, Any] = super().clean() or {}
        hour = found.pop("planned_time", None)
        if hour is not None and found.get("planned_on") is None:
            self.add_error("planned_time", "Say the day as well.")
        elif hour is not None:
            found["planned_at"] = timezone.make_aware(datetime.combine(found.pop("planned_on"), hour), company.zone())
        return found


class EmergencyForm(ProposeForm):
    """The decision record of a change that cannot wait."""

    incident = prose(
        "What happened", "What makes it impossible to wait: who is hurt by what, since when.", required=True, longest=400
    )
    field_order = ("title", "incident", "why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("planned_on", "planned_time"):
            del self.fields[name]


class FreezeForm(forms.Form):
    """A freeze: what it is called, why, from when to when, and for whom."""

    name = forms.CharField(max_length=200, label="Name", help_text="As people speak of it, such as Year-end close.")
    reason = prose("Why", "Whoever is held by it reads this.", required=True)
    starts_at = forms.DateTimeField(label="From", help_text="In your time zone.", widget=moment())
    ends_at = forms.DateTimeField(label="To", widget=moment())
    tiers = forms.TypedMultipleChoiceField(
        choices=[(number, f"Tier {number}") for number in range(5)],
        coerce=int,
        required=False,
        label="Tiers",
        help_text="None chosen: every tier.",
        widget=forms.CheckboxSelectMultiple,
    )
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        required=False,
        label="Teams",
        help_text="None chosen: every team.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why something is ended."""

    reason = prose("Why", "Those whom it concerns read this.", required=True)


class ReviewForm(forms.Form):
    """What the look back at an emergency found."""

    outcome = forms.ChoiceField(choices=EmergencyReview.Outcome.choices, label="What came of it", widget=forms.RadioSelect)
    findings = prose(
        "What was found",
        "Was it an emergency? What would have been caught without it? What follows?",
        required=True,
        rows=5,
        longest=8000,
    )


class RollBackForm(forms.Form):
    """To which earlier revision, and why."""

    to = forms.ModelChoiceField(queryset=Revision.objects.none(), label="Back to", empty_label=None)
    why = prose("Why", "What was seen, and since when.", required=True)

    def __init__(self, *args: Any, targets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = targets  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = _held  # type: ignore[attr-defined]


def _held(revision: Revision) -> str:
    return f"Revision {revision.number}, of {revision.made_at:%-d %B %Y} ({revision.digest[:8]}…)"


class RetireForm(forms.Form):
    """Why a surface ends."""

    reason = prose("Why", "What replaces it, and what becomes of its data and access.", required=True)
