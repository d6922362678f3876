"""HTML input of quarantines: what, and why."""

from typing import Any

from django import forms

from registry.catalog.models import CatalogState, Endpoint, Tool, Vendor
from registry.quarantine.models import Quarantine


class WhyForm(forms.Form):
    """Why it is taken out of use, or why it is safe again."""

    reason = forms.CharField(
        label="Why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was seen, in a sentence. Everybody who is stopped by it reads this first.",
    )

    def __init__(self, *args: Any, why: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if why:
            self.fields["reason"].help_text = why


class ChooseForm(forms.Form):
    """Which one thing is meant."""

    endpoint = forms.ModelChoiceField(Endpoint.objects.none(), required=False, label="An endpoint", to_field_name="key")
    tool = forms.ModelChoiceField(Tool.objects.none(), required=False, label="A tool", to_field_name="key")
    vendor = forms.ModelChoiceField(Vendor.objects.none(), required=False, label="A vendor", to_field_name="key")
    source = forms.CharField(
        required=False, max_length=200, label="A retrieval source", help_text="The name under which contracts name it."
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("endpoint", Endpoint), ("tool", Tool), ("vendor", Vendor)):
            rows = model.objects.visible_to(user).exclude(state=CatalogState.RETIRED).order_by("name")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one."""
        given: dict[str, Any] = super().clean() or {}
        named = [kind for kind in Quarantine.Kind.values if given.get(kind)]
        if len(named) != 1:
            raise forms.ValidationError("Choose one thing: an endpoint, a tool, a vendor or a source.")
        thing = given[named[0]]
        return {"kind": named[0], "key": thing if named[0] == "source" else thing.key}
