"""HTML input of modes: how far, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from registry.modes.reading import Rung
from registry.surfaces.models import Mode


class RungField(forms.ChoiceField):
    """Shows the rungs on one side; takes any mode, so that a step that came too late is told so by the action (409)."""

    choice_help: Mapping[str, str] = {}

    def valid_value(self, value: Any) -> bool:
        """Whether it is a mode at all."""
        return str(value) in Mode.values


class StepForm(forms.Form):
    """A step of the ladder with its reason; each rung says what it means and touches."""

    to = RungField(label="How far", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was seen, in a sentence. Whoever is woken by it reads this first.",
    )

    def __init__(self, *args: Any, rungs: Sequence[Rung], why: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [(rung.mode.value, rung.mode.label) for rung in rungs]
        field.choice_help = {rung.mode.value: _help(rung) for rung in rungs}
        if why:
            self.fields["reason"].help_text = why


def _help(rung: Rung) -> str:
    unnamed = () if rung.is_named else ("The contract in force does not name this rung; it may be used all the same.",)
    return " ".join((rung.means, *rung.touches, *unnamed))
