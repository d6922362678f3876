"""HTML input of clocks."""

from collections.abc import Mapping
from typing import Any

from django import forms

from governance.core.text import clean_text
from governance.policy.incidentrules import RegulatoryClock
from incidents.clocks import words


def _reason(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000, validators=[clean_text], widget=forms.Textarea
    )


def _moment(label: str, help_text: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget)


class FlagForm(forms.Form):
    """Which deadline applies, since when the company knows, and why."""

    kind = forms.ChoiceField(label="Deadline", widget=forms.RadioSelect)
    at = _moment("Known since", "When the company became aware. The time runs from then; empty: from now.")
    reason = _reason("Why it applies", "Approvers, auditors and the authority will read it.")

    def __init__(self, *args: Any, offered: Mapping[str, RegulatoryClock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [
            (key, f"{law.name}: {words.limit(law.hours * 3600)}. {law.when}" + (f" ({law.source})" if law.source else ""))
            for key, law in offered.items()
        ]


class MetForm(forms.Form):
    """Who was told, how, and when."""

    reason = _reason("Who was told, and how", "With the reference of the report, where there is one.")
    at = _moment("When", "Empty: now.")


class ReasonForm(forms.Form):
    """Why."""

    reason = _reason("Why")


class PauseForm(forms.Form):
    """What it waits for."""

    reason = _reason("What it waits for", "It stays on the timeline.")


class ResumeForm(forms.Form):
    """A word on it, or none."""

    reason = _reason("What has come of it", required=False)
