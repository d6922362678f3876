"""HTML input of the catalogue."""

from collections.abc import Mapping
from typing import Any

from django import forms

from governance.core.text import clean_text
from governance.people import queries as people
from governance.people.models import User
from registry.catalog import rules
from registry.catalog.models import CatalogState, Endpoint, Tool, Vendor, VendorTerm

DAY = {"type": "date"}


def day() -> forms.DateInput:
    """Return a date input."""
    return forms.DateInput(attrs=DAY, format="%Y-%m-%d")


class OwnerField(forms.ModelChoiceField):
    """One active person."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Owner")
        kwargs.setdefault("empty_label", "Choose a person")
        super().__init__(queryset=User.objects.none(), **kwargs)


class ItemForm(forms.ModelForm):
    """Base of forms over a thing's facts; the action sets and checks what changes."""

    owner = OwnerField(help_text="The one person who answers for it.")

    def __init__(self, *args: Any, user: User, item: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].initial = user.pk if user.kind == User.Kind.PERSON else None
        if item is not None:
            del self.fields["owner"], self.fields["key"]
        else:
            self.fields["key"].required = False
            self.fields["key"].help_text = "How programs name it. Left empty, it is made from the name; it never changes."
        if "vendor" in self.fields:
            self._offer_vendors(item)

    def _offer_vendors(self, item: Any) -> None:
        field: Any = self.fields["vendor"]
        usable = Vendor.objects.exclude(state=CatalogState.RETIRED)
        if item is not None and item.vendor_id:
            usable = usable | Vendor.objects.filter(pk=item.vendor_id)
        field.queryset = usable.order_by("name")
        field.empty_label = "Choose a vendor" if field.required else "Nobody's: our own"

    def _post_clean(self) -> None:
        """Leave the instance alone."""

    def note_material(self, item: Any) -> None:
        """Say beside each field that approval was given for what happens when it changes."""
        if item.state != CatalogState.APPROVED:
            return
        for name in rules.MATERIAL[type(item)]:
            field = self.fields[name]
            field.help_text = f"{field.help_text} Changing it takes a new approval.".strip()


class VendorForm(ItemForm):
    """A vendor."""

    website = forms.URLField(required=False, max_length=400, assume_scheme="https")

    class Meta:
        model = Vendor
        fields = ("name", "key", "website", "review_on", "exit_plan", "exit_drilled_on", "notes")
        labels = {
            "review_on": "Next review of its terms",
            "exit_plan": "What we would do tomorrow",
            "exit_drilled_on": "Last tried on",
        }
        help_texts = {
            "exit_plan": "If it changed a policy, degraded, or went down for a day.",
            "exit_drilled_on": "The day on which that plan was last tried out.",
        }
        widgets = {
            "review_on": day(),
            "exit_drilled_on": day(),
            "exit_plan": forms.Textarea(attrs={"rows": 4}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    field_order = ["name", "key", "website", "owner", "review_on", "exit_plan", "exit_drilled_on", "notes"]


class EndpointForm(ItemForm):
    """An endpoint."""

    class Meta:
        model = Endpoint
        fields = (
            "name", "key", "vendor", "model", "region", "account_ref", "key_ref", "key_rotates_on", "who_may_use",
            "deprecates_on", "notes",
        )  # fmt: skip
        labels = {
            "model": "Model, as the vendor calls it",
            "account_ref": "Account",
            "key_rotates_on": "Key rotated next on",
            "deprecates_on": "The vendor takes it away on",
        }
        help_texts = {
            "name": "What people call it, such as Sonnet in Frankfurt.",
            "region": "Where it runs, such as eu-central-1. Data rules and buyers ask for it.",
            "account_ref": "The name or number of the account it is used under. Never a key.",
            "key_ref": "Where its key is kept, such as vault://llm/claims#key. Never the key itself.",
        }
        widgets = {
            "key_rotates_on": day(),
            "deprecates_on": day(),
            "who_may_use": forms.Textarea(attrs={"rows": 2}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    field_order = ["name", "key", "vendor", "model", "region", "owner"]


class ToolForm(ItemForm):
    """A tool."""

    class Meta:
        model = Tool
        fields = ("name", "key", "description", "effect", "vendor", "limits")
        help_texts = {
            "name": "What it does, such as Send a mail to a customer.",
            "limits": "What each call is held to: how often, how much, on what.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "limits": forms.Textarea(attrs={"rows": 2}),
            "effect": forms.RadioSelect,
        }

    field_order = ["name", "key", "description", "effect", "limits", "vendor", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        effect: Any = self.fields["effect"]
        effect.choices = Tool.Effect.choices
        effect.choice_help = {
            "read": "It looks something up. Nothing is different afterwards.",
            "write": "It changes something that can be changed back.",
            "irreversible": "It sends, pays, deletes. A surface that may call it is of tier 4.",
        }


class GiveForm(forms.Form):
    """Another owner, and why."""

    owner = OwnerField(label="New owner", help_text="One active person who answers for it from now on.")
    reason = forms.CharField(label="Why", required=False, max_length=2000, validators=[clean_text])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Why", required=False, max_length=2000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 2})
    )


class NeededWhyForm(forms.Form):
    """Why, and not without."""

    reason = forms.CharField(label="Why", max_length=2000, validators=[clean_text], widget=forms.Textarea(attrs={"rows": 2}))


class ReviewForm(forms.Form):
    """That terms were reviewed."""

    reviewed_on = forms.DateField(label="Reviewed on", widget=day())
    note = forms.CharField(
        label="What came of it",
        required=False,
        max_length=2000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TermsForm(forms.Form):
    """What a vendor's terms say, all topics on one page."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            term: VendorTerm | None = row["term"]
            held = {name: getattr(term, name) if term else None for name in ("says", "source", "checked_on")}
            topic = row["topic"]
            self.fields[f"{topic}.says"] = forms.CharField(
                label="What they say", required=False, max_length=4000, validators=[clean_text], initial=held["says"],
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[f"{topic}.source"] = forms.URLField(
                label="Where it is written", required=False, max_length=600, initial=held["source"], assume_scheme="https"
            )
            self.fields[f"{topic}.checked_on"] = forms.DateField(
                label="Looked at on", required=False, initial=held["checked_on"], widget=day()
            )

    def sections(self) -> list[dict[str, Any]]:
        """Return the topics with their fields, for the template."""
        return [
            {**row, "fields": [self[f"{row['topic']}.{part}"] for part in ("says", "source", "checked_on")]} for row in self.rows
        ]

    def terms(self) -> dict[str, Mapping[str, Any]]:
        """Return what was given, by topic."""
        found: dict[str, dict[str, Any]] = {}
        for name, value in self.cleaned_data.items():
            topic, _, part = name.partition(".")
            found.setdefault(topic, {})[part] = value
        return dict(found)


class PriceForm(forms.Form):
    """What a million tokens cost: an entry of a price list, or what the contract says."""

    choice = forms.ChoiceField(label="From a public price list", required=False, widget=forms.RadioSelect)
    input_price = forms.DecimalField(
        label="Input, per million tokens", required=False, min_value=0, max_digits=12, decimal_places=4
    )
    output_price = forms.DecimalField(
        label="Output, per million tokens", required=False, min_value=0, max_digits=12, decimal_places=4
    )
    currency = forms.CharField(label="Currency", max_length=3, min_length=3, initial="USD", required=False)
    price_source = forms.CharField(
        label="Where it is written",
        required=False,
        max_length=200,
        validators=[clean_text],
        help_text="A contract, an offer, a page.",
    )

    def __init__(self, *args: Any, suggestions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions = {each.key: each for each in suggestions}
        choice: Any = self.fields["choice"]
        choice.choices = [(each.key, _said(each)) for each in suggestions] + [("", "None of these: as I write below")]
        choice.choice_help = {each.key: _remark(each) for each in suggestions}
        if not suggestions:
            del self.fields["choice"]

    def given(self) -> dict[str, Any]:
        """Return the price as the action takes it."""
        chosen = self.suggestions.get(self.cleaned_data.get("choice", ""))
        if chosen is not None:
            return {
                "input_price": chosen.input_price,
                "output_price": chosen.output_price,
                "source": chosen.source,
                "currency": "USD",
            }
        data = self.cleaned_data
        return {
            "input_price": data["input_price"],
            "output_price": data["output_price"],
            "source": data["price_source"],
            "currency": (data["currency"] or "USD").upper(),
        }


def _said(each: Any) -> str:
    figures = [
        f"{word} {value.normalize():f}"
        for word, value in (("in", each.input_price), ("out", each.output_price))
        if value is not None
    ]
    return f"{each.provider}, {each.name}: {', '.join(figures) or 'no list price'}{' USD' if figures else ''}"


def _remark(each: Any) -> str:
    old = "The provider calls it deprecated. " if each.is_deprecated else ""
    remark = each.remark if len(each.remark) <= 160 else each.remark[:159].rsplit(" ", 1)[0] + "…"
    return f"{old}{remark}".strip()
