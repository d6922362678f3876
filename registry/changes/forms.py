"""The decision record, and the small forms around a change."""

from typing import Any

from django import forms

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


class ProposeForm(forms.Form):
    """The decision record of a change. What changes is computed and never typed."""

    title = forms.CharField(max_length=400, label="In one line", help_text="What will be different, in words anybody reads.")
    why = prose("Why", "What this is for, and what happens if it is not done.", required=True, longest=8000)
    worst_case = prose("Worst case", "The worst that can credibly happen, and whether it can be undone.", required=True)
    blast_radius = prose("Reach", "How many people or records it touches before somebody notices.", required=True)
    data_touched = prose("Data touched", "Which data it sees that it did not see before.")
    drift_signs = prose("How we would see drift", "The figure or report that would show it going wrong.", required=True)
    rollback_trigger = prose("What triggers rollback", "At which sign it is rolled back, and who does it.", required=True)
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

    def __init__(self, *args: Any, targets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rollback_to"].queryset = targets  # type: ignore[attr-defined]


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
