"""HTML input of aliases."""

from typing import Any

from django import forms

from governance.core.text import clean_text
from registry.catalog.models import CatalogState, Endpoint
from registry.usage.models import UsageAlias


class ThingForm(forms.Form):
    """What the name means."""

    surface = forms.CharField(label="Surface", required=False, max_length=40, help_text="Its key, such as S-0418.")
    endpoint = forms.ModelChoiceField(
        Endpoint.objects.none(), label="Or an endpoint", required=False, to_field_name="key", help_text="For a model's name."
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Endpoint.objects.visible_to(user).exclude(state=CatalogState.RETIRED).order_by("name")
        self.fields["endpoint"].queryset = rows  # type: ignore[attr-defined]


class AliasForm(ThingForm):
    """A name and what it means."""

    attribute = forms.ChoiceField(label="Looked at", choices=UsageAlias.Attribute.choices)
    value = forms.CharField(label="Says", max_length=300, validators=[clean_text], help_text="Exactly as the program sends it.")
    field_order = ("attribute", "value", "surface", "endpoint")


class RemoveForm(forms.Form):
    """Why it means nothing any more."""

    reason = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
