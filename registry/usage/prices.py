"""What a million tokens cost by contract, and what other currencies are worth: each from a day on, whole UTC days."""

from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from registry.catalog.models import CatalogRows, Endpoint, Vendor, refuse_secrets

CURRENCY = RegexValidator("^[A-Z]{3}$", "Three capital letters, such as EUR.")


class PerMillion(models.DecimalField):
    """What a million tokens cost, to the millionth of a unit of its currency."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 6)
        kwargs.setdefault("validators", [MinValueValidator(0)])
        super().__init__(*args, **kwargs)


class Price(Governed):
    """What was agreed with a vendor: it goes before the price of the endpoint's page, and before public price lists.

    It holds for one endpoint, or for a vendor's models by a pattern (`*` stands for anything), from `starts_on` until before
    `ends_on`; empty: until further notice. Without a price for cached input tokens they cost as other input does.
    """

    endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="prices")
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="prices")
    pattern = NameField("models", max_length=200, blank=True, help_text="A model's name; * stands for anything.")
    input_price = PerMillion("input tokens, per million")
    output_price = PerMillion("output tokens, per million")
    cached_price = PerMillion("cached input tokens, per million", null=True, blank=True)
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    starts_on = models.DateField("from")
    ends_on = models.DateField("until before", null=True, blank=True)
    contract_ref = NameField("contract", max_length=200, blank=True, help_text="Where it is agreed: a number, a date.")
    notes = ProseField(max_length=4000, blank=True)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["-starts_on", "pk"]
        indexes = [models.Index(fields=["endpoint", "starts_on"], name="price_endpoint_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(endpoint__isnull=False, vendor__isnull=True, pattern="")
                | (Q(endpoint__isnull=True, vendor__isnull=False) & ~Q(pattern="")),
                name="price_of_endpoint_or_models",
                violation_error_message="A price holds for one endpoint, or for a vendor's models by a pattern.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="price_ends_after_start",
                violation_error_message="It ends after the day on which it begins.",
            ),
            models.CheckConstraint(
                condition=Q(input_price__gte=0, output_price__gte=0) & (Q(cached_price__isnull=True) | Q(cached_price__gte=0)),
                name="contract_price_not_negative",
                violation_error_message="A price cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"price of {self.what}"

    @property
    def key(self) -> str:
        """PR-3."""
        return f"PR-{self.pk}" if self.pk else ""

    @property
    def of(self) -> Any:
        """The endpoint or the vendor that it is a price of."""
        return self.endpoint or self.vendor

    @property
    def what(self) -> str:
        """What it is the price of, in words."""
        return str(self.endpoint) if self.endpoint_id else f"{self.vendor} {self.pattern}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("price", args=[self.key])

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets(self)


class ExchangeRate(Governed):
    """What one unit of a currency is worth in the company's: from a day on, until the next rate of that currency begins."""

    MOST = 10_000_000_000

    currency = models.CharField(max_length=3, validators=[CURRENCY])
    base = models.CharField("in", max_length=3, validators=[CURRENCY])
    rate = models.DecimalField("one unit is worth", max_digits=20, decimal_places=10)
    starts_on = models.DateField("from")
    source = NameField(max_length=200, help_text="Who says so: the European Central Bank, your treasury.")

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["currency", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "base", "starts_on"],
                name="exchange_rate_once",
                violation_error_message="There is a rate from this day on. Change that one.",
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0), name="exchange_rate_positive", violation_error_message="A rate is above zero."
            ),
            models.CheckConstraint(
                condition=~Q(currency=F("base")),
                name="exchange_rate_of_another",
                violation_error_message="A currency is worth itself; name another one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} in {self.base} from {self.starts_on}"

    @property
    def key(self) -> str:
        """FX-3."""
        return f"FX-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the list of rates."""
        return reverse("exchange-rates")

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets(self)
