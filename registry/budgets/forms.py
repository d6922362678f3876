"""HTML input of objectives and of what is counted by hand."""

from decimal import Decimal
from typing import Any

from django import forms

from registry.budgets.models import LONGEST_WINDOW, MOST_COUNTED, WINDOW_DAYS, Source
from registry.evals.models import EvalSuite, SuiteState
from registry.surfaces.forms import PersonField, WithPeople

SOURCES = [(source.value, source.label) for source in Source]


class TermsForm(WithPeople):
    """What an objective asks for."""

    name = forms.CharField(max_length=200, label="Name", help_text="What has to go well, such as “Right answers”.")
    bad_means = forms.CharField(
        max_length=4000,
        label="What counts as bad",
        help_text="So that two people count alike.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    allowed = forms.DecimalField(
        min_value=Decimal("0.001"),
        max_value=Decimal("999.999"),
        decimal_places=3,
        label="Bad events allowed in each 1,000",
        help_text="5 asks that 99.5 % are good. What may be bad is the error budget.",
    )
    window_days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_WINDOW,
        initial=WINDOW_DAYS,
        label="Window in days",
        help_text="28 days hold each day of the week equally often.",
    )
    source = forms.ChoiceField(choices=SOURCES, label="Counted from")
    expected_events = forms.IntegerField(
        min_value=0,
        max_value=MOST_COUNTED,
        initial=0,
        label="Events expected in a window",
        help_text="The budget is reckoned on at least so many. Needed for incidents, which tell of bad events only.",
    )
    suite = forms.ModelChoiceField(
        queryset=EvalSuite.objects.none(),
        required=False,
        label="Eval suite",
        empty_label="All that its contract names",
        help_text="Only where eval runs count.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suites = EvalSuite.objects.filter(state=SuiteState.ACTIVE).order_by("name")
        self.fields["suite"].queryset = suites  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn what is allowed into the share that has to be good."""
        given = super().clean() or self.cleaned_data
        if given.get("allowed") is not None:
            given["target"] = 1 - given.pop("allowed") / 1000
        return given


class ObjectiveForm(TermsForm):
    """A new objective: on which surface, and who answers for it."""

    surface = forms.CharField(max_length=40, label="Surface", help_text="Its key, such as S-0418.")
    owner = PersonField(label="Owner")
    field_order = ("surface", "name", "bad_means", "allowed", "window_days", "source", "expected_events", "suite", "owner")


class CountForm(forms.Form):
    """Events that somebody counts by hand. The key is made with the form, so that sent twice they count once."""

    bad = forms.IntegerField(min_value=0, max_value=MOST_COUNTED, initial=0, label="Bad events")
    good = forms.IntegerField(min_value=0, max_value=MOST_COUNTED, initial=0, label="Good events")
    at = forms.DateTimeField(
        required=False,
        label="When",
        help_text="In your time zone. Left empty: now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ref = forms.CharField(max_length=200, label="Counted from", help_text="A ticket, a call, a sample: where one can look it up.")
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)


class RetireForm(forms.Form):
    """Why an objective counts no more."""

    reason = forms.CharField(max_length=4000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))
