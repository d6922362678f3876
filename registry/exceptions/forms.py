"""HTML input of exceptions."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from governance.core.errors import NotVisible
from governance.people import queries as people
from governance.people.models import User
from registry.exceptions import naming
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEYS = re.compile(r"[\s,;]+")


def prose(label: str, help_text: str, rows: int = 4, longest: int = 8000) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(label=label, help_text=help_text, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}))


class SurfacesField(forms.CharField):
    """Surfaces by their keys, separated by commas or spaces; only those that the person sees."""

    def __init__(self, *, user: Any = None, **kwargs: Any) -> None:
        self.user = user
        super().__init__(max_length=4000, label="Surfaces", **kwargs)

    def clean(self, value: Any) -> list[Surface]:
        """Return the surfaces that were named."""
        found = []
        for key in filter(None, KEYS.split(super().clean(value))):
            try:
                found.append(surfaces.get(self.user, key))
            except NotVisible as error:
                raise forms.ValidationError(str(error), code="unseen") from error
        return found


class TermsForm(forms.Form):
    """What is asked for anew each time: why, what is done instead, who answers for it, until when."""

    reason = prose("Why it cannot be met now", "What stands in the way, and what will be different when the exception ends.")
    measures = prose("What is done instead", "The compensating measures that hold while it lasts, and who sees to them.")
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Owner", empty_label="Choose a person", help_text="Answers for it until it ends."
    )
    expires_on = forms.DateField(label="Ends on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, user: Any, longest: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]
        field = self.fields["expires_on"]
        field.help_text = "It ends by itself at the end of that day. There is no exception without an end."
        if longest is not None:
            field.help_text = f"Until {longest.latest_on:%-d %B %Y} at the longest. {longest.why} It ends by itself."
            field.widget.attrs["max"] = longest.latest_on.isoformat()


class AskForm(TermsForm):
    """An exception to ask for."""

    surfaces = SurfacesField(help_text="Their keys, such as S-0418, separated by commas.")
    controls = forms.MultipleChoiceField(label="What need not be met", widget=forms.CheckboxSelectMultiple)

    field_order = ["surfaces", "controls", "reason", "measures", "owner", "expires_on"]

    def __init__(self, *args: Any, user: Any, offered: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        names = naming.known()
        sent = self.data.getlist("controls") if hasattr(self.data, "getlist") else []
        asked = [key for key in dict.fromkeys([*(self.initial.get("controls") or ()), *sent]) if key in names]
        shown = dict.fromkeys([*asked, *(key for key in names if key in set(offered))])
        self.fields["surfaces"].user = user  # type: ignore[attr-defined]
        self.fields["controls"].choices = [(key, names[key]) for key in shown]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Why an exception ends before its day."""

    reason = prose("Why it ends now", "Those who approved it are told.", rows=3, longest=4000)


class OwnerForm(forms.Form):
    """Who answers for an exception from now on."""

    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="New owner", empty_label="Choose a person")
    reason = forms.CharField(label="Why", max_length=2000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]
