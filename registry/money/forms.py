"""HTML input of prices, exchange rates and spend limits."""

from decimal import Decimal
from typing import Any

from django import forms

from governance.people.models import Team
from registry.catalog.models import CatalogState, Endpoint, Vendor
from registry.money.models import AtHard, Scope
from registry.money.rules import MOST_LIMIT, MOST_PER_MILLION
from registry.surfaces.forms import PersonField, WithPeople
from registry.surfaces.models import Mode
from registry.usage.prices import CURRENCY, ExchangeRate


class DayField(forms.DateField):
    """A day, as the browser's own calendar gives it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class CurrencyField(forms.CharField):
    """A currency by its three letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, validators=[CURRENCY], **kwargs)

    def clean(self, value: Any) -> Any:
        """Take small letters, too."""
        return super().clean(value.strip().upper() if isinstance(value, str) else value)


class MillionField(forms.DecimalField):
    """What a million tokens cost."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_value=MOST_PER_MILLION, decimal_places=6, **kwargs)


class AnewForm(forms.Form):
    """Whether calls that were priced already are priced anew."""

    anew = forms.BooleanField(
        required=False,
        initial=True,
        label="Price the calls since then anew",
        help_text="Costs already shown follow; the ledger says by how much.",
    )


class TermsForm(AnewForm):
    """What a million tokens cost, since when, and where it is agreed."""

    input_price = MillionField(label="Input tokens, per million")
    output_price = MillionField(label="Output tokens, per million")
    cached_price = MillionField(
        label="Cached input tokens, per million", required=False, help_text="Left empty: as other input tokens."
    )
    currency = CurrencyField(label="Currency", initial="USD")
    starts_on = DayField(label="From")
    ends_on = DayField(label="Until before", required=False, help_text="Left empty: until further notice.")
    contract_ref = forms.CharField(max_length=200, required=False, label="Contract", help_text="A number, a date, an offer.")
    notes = forms.CharField(max_length=4000, required=False, label="Notes", widget=forms.Textarea(attrs={"rows": 2}))


class PriceForm(TermsForm):
    """A new price, of an endpoint or of a vendor's models."""

    endpoint = forms.ModelChoiceField(
        queryset=Endpoint.objects.none(), required=False, label="Endpoint", empty_label="None: a vendor's models"
    )
    vendor = forms.ModelChoiceField(
        queryset=Vendor.objects.none(), required=False, label="Or vendor", empty_label="None: one endpoint"
    )
    pattern = forms.CharField(
        max_length=200, required=False, label="and its models", help_text="A model's name; * stands for anything."
    )
    field_order = (
        "endpoint", "vendor", "pattern", "input_price", "output_price", "cached_price", "currency", "starts_on", "ends_on",
        "contract_ref", "notes", "anew",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = Endpoint.objects.visible_to(user).exclude(state=CatalogState.RETIRED)
        self.fields["endpoint"].queryset = used.order_by("name")  # type: ignore[attr-defined]
        vendors = Vendor.objects.visible_to(user).exclude(state=CatalogState.RETIRED)
        self.fields["vendor"].queryset = vendors.order_by("name")  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Until when a price holds."""

    ends_on = DayField(label="Until before", help_text="The first day on which it no longer holds.")
    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class RateForm(AnewForm):
    """What a currency is worth, since when, and who says so."""

    currency = CurrencyField(label="One", help_text="Three letters, such as USD.")
    rate = forms.DecimalField(
        min_value=Decimal("0.0000000001"), max_value=Decimal(ExchangeRate.MOST) - 1, decimal_places=10, label="is worth"
    )
    starts_on = DayField(label="From", help_text="It holds until the next rate of this currency begins.")
    source = forms.CharField(max_length=200, label="Who says so", help_text="The European Central Bank, your treasury.")
    field_order = ("currency", "rate", "starts_on", "source", "anew")


class ChangeRateForm(RateForm):
    """Another figure for a rate that was written down wrongly."""

    currency = None  # type: ignore[assignment]
    starts_on = None  # type: ignore[assignment]


class AnewPeriodForm(forms.Form):
    """The days whose calls are priced anew."""

    start = DayField(label="From")
    end = DayField(label="To", help_text="This day included.")
    what = forms.CharField(max_length=280, label="Why", help_text="What changed: told in the ledger beside what it came to.")


class AmountField(forms.DecimalField):
    """An amount of the company's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_value=MOST_LIMIT, decimal_places=2, **kwargs)


class LimitTermsForm(WithPeople):
    """How much may be spent in a month, who answers for it, and what happens at the hard limit."""

    hard = AmountField(label="Hard limit a month")
    soft = AmountField(label="Soft limit", help_text="Its owner is told here first.")
    owner = PersonField(label="Owner", help_text="Who answers for it, and is told.")
    at_hard = forms.ChoiceField(choices=AtHard.choices, label="At the hard limit", widget=forms.RadioSelect)
    lower_to = forms.ChoiceField(
        choices=[("", "Leave it"), *((mode.value, mode.label) for mode in Mode if mode != Mode.NORMAL)],
        required=False,
        label="Lower the mode to",
        help_text="Of a surface. It is raised again only by approval.",
    )
    notes = forms.CharField(max_length=4000, required=False, label="Notes", widget=forms.Textarea(attrs={"rows": 2}))


class LimitForm(LimitTermsForm):
    """A new limit: for what it holds."""

    scope = forms.ChoiceField(choices=Scope.choices, label="For", widget=forms.RadioSelect)
    surface = forms.CharField(max_length=40, required=False, label="Surface", help_text="Its key, such as S-0418.")
    team = forms.ModelChoiceField(queryset=Team.objects.none(), required=False, label="Team", empty_label="None")
    vendor = forms.ModelChoiceField(queryset=Vendor.objects.none(), required=False, label="Vendor", empty_label="None")
    feature = forms.CharField(max_length=300, required=False, label="Feature", help_text="As programs name it.")
    field_order = (
        "scope", "surface", "team", "vendor", "feature", "hard", "soft", "owner", "at_hard", "lower_to", "notes",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["vendor"].queryset = Vendor.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]


class EndLimitForm(forms.Form):
    """Why a limit ends."""

    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))
