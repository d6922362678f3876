"""HTML input of inventories."""

from typing import Any

from django import forms

from registry.catalog.models import CatalogState, Vendor
from registry.inventory.models import Inventory
from registry.inventory.planning import Step


class FileForm(forms.Form):
    """A file, what kind it is, and for a provider's list whose it is."""

    kind = forms.ChoiceField(label="What it is", choices=Inventory.Kind.choices, widget=forms.RadioSelect, initial="litellm")
    file = forms.FileField(
        label="File",
        help_text="LiteLLM's config.yaml; the answer of GET /v1/models as JSON; a table with columns model, provider, region.",
    )
    vendor = forms.ModelChoiceField(
        Vendor.objects.none(), required=False, to_field_name="key", empty_label="None", help_text="For a provider's list: whose."
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Vendor.objects.visible_to(user).exclude(state=CatalogState.RETIRED).order_by("name")
        self.fields["vendor"].queryset = rows  # type: ignore[attr-defined]


class TakeForm(forms.Form):
    """Which steps are taken."""

    steps = forms.MultipleChoiceField(label="What is taken over", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, steps: list[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["steps"]
        field.choices = [(step.id, f"{step.title} ({step.detail})" if step.detail else step.title) for step in steps]
        field.initial = [step.id for step in steps if step.chosen]
