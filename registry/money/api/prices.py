"""Prices and exchange rates over REST, and pricing a period anew."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.catalog.models import Endpoint, Vendor
from registry.money import queries, repricing
from registry.money.actions import prices as actions
from registry.money.models import Repricing
from registry.money.tables import PriceFilters, RateFilters, RepricingFilters
from registry.usage.prices import ExchangeRate, Price

SCOPES = {"read": ("usage:read",), "write": ("usage:write",)}


def million(**more: Any) -> serializers.DecimalField:
    """Return the field of what a million tokens cost."""
    return serializers.DecimalField(max_digits=16, decimal_places=6, min_value=Decimal(0), **more)


def named(model: type[Any], key: str, field: str, actor: Any) -> Any:
    """Return an endpoint or a vendor by its key. Raises Invalid."""
    found = model.objects.visible_to(actor).filter(key=key).first()
    if found is None:
        noun = model._meta.verbose_name
        raise Invalid(f"There is no {noun} {key[:60]}.", fix=f"Use the key of one in /{noun}s.", fields={field: ["Unknown."]})
    return found


class PriceOutput(Output):
    """What was agreed for a million tokens, from a day on (whole UTC days)."""

    key = serializers.CharField(help_text="PR-3")
    endpoint = serializers.CharField(source="endpoint.key", allow_null=True)
    vendor = serializers.CharField(source="vendor.key", allow_null=True)

    class Meta:
        model = Price
        fields = (
            "key", "endpoint", "vendor", "pattern", "input_price", "output_price", "cached_price", "currency", "starts_on",
            "ends_on", "contract_ref", "notes", "version",
        )  # fmt: skip


class TermsInput(Input):
    """What a million tokens cost, and from which day on."""

    input_price = million()
    output_price = million()
    cached_price = million(required=False, allow_null=True)
    currency = serializers.RegexField("^[A-Z]{3}$")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, help_text="The first day on which it no longer holds.")
    contract_ref = Name(max_length=200, required=False, allow_blank=True)
    notes = Prose(max_length=4000, required=False)
    anew = serializers.BooleanField(required=False, default=True, help_text="Price the calls since then anew.")


class PriceInput(TermsInput):
    """A price of an endpoint, or of a vendor's models by a pattern."""

    endpoint = Name(max_length=100, required=False, help_text="The endpoint's key; or vendor and pattern.")
    vendor = Name(max_length=60, required=False)
    pattern = Name(max_length=200, required=False, help_text="A model's name; * stands for anything.")
    example = {
        "vendor": "meridian",
        "pattern": "meridian-*",
        "input_price": "2.10",
        "output_price": "8.40",
        "currency": "USD",
        "starts_on": "2026-01-01",
        "contract_ref": "Order form of 3 December",
    }


class EndInput(Input):
    """Until when a price holds."""

    ends_on = serializers.DateField(help_text="The first day on which it no longer holds.")
    reason = Prose(max_length=2000, required=False)
    example = {"ends_on": "2027-01-01"}


class PriceApi(ActionViewSet):
    """Prices by contract: they go before the price of an endpoint's page, and before public price lists."""

    model = Price
    serializer_class = PriceOutput
    filterset_class = PriceFilters
    ordering_fields = {"starts_on": "starts_on", "input_price": "input_price"}
    ordering = "-starts_on"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Price]:
        """Return the prices that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Price.objects.none()
        return queries.prices(self.request.user)

    def get_object(self) -> Price:
        """Return the price of the address (PR-3)."""
        return queries.get_price(self.request.user, self.kwargs["key"])

    @creates(PriceInput)
    def create(self, data: dict[str, Any]) -> Price:
        """Write down a price. One of the same thing that holds until further notice ends where this one begins."""
        given = dict(data)
        for name, model in (("endpoint", Endpoint), ("vendor", Vendor)):
            if given.get(name):
                given[name] = named(model, given[name], name, self.actor)
            else:
                given.pop(name, None)
        return actions.agree(actor=self.actor, **given)

    @updates(TermsInput)
    def partial_update(self, price: Price, data: dict[str, Any], expected_version: int | None) -> Price:
        """Change a price that was written down wrongly."""
        return actions.change(price, actor=self.actor, expected_version=expected_version, **data)

    @acts("end", EndInput)
    def end(self, price: Price, data: dict[str, Any], expected_version: int | None) -> Price:
        """Say until when a price holds."""
        return actions.end(price, actor=self.actor, expected_version=expected_version, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, price: Price) -> Any:
        """What happened to a price."""
        return entries_for(price)


class RateOutput(Output):
    """What one unit of a currency is worth in the company's, from a day on until its next rate begins."""

    key = serializers.CharField(help_text="FX-3")

    class Meta:
        model = ExchangeRate
        fields = ("key", "currency", "base", "rate", "starts_on", "source", "version")


class RateInput(Input):
    """What a currency is worth."""

    currency = serializers.RegexField("^[A-Z]{3}$")
    rate = serializers.DecimalField(max_digits=20, decimal_places=10, help_text="What one unit is worth in the company's.")
    starts_on = serializers.DateField()
    source = Name(max_length=200, help_text="Who says so.")
    anew = serializers.BooleanField(required=False, default=True, help_text="Price the calls since then anew.")
    example = {"currency": "USD", "rate": "0.92", "starts_on": "2026-01-01", "source": "European Central Bank"}


class ChangeRateInput(Input):
    """Another figure for a rate that was written down wrongly."""

    rate = serializers.DecimalField(max_digits=20, decimal_places=10)
    source = Name(max_length=200)
    anew = serializers.BooleanField(required=False, default=True)
    example = {"rate": "0.921", "source": "European Central Bank"}


class RateApi(ActionViewSet):
    """Exchange rates: what other currencies are worth in the one in which the company counts."""

    model = ExchangeRate
    serializer_class = RateOutput
    filterset_class = RateFilters
    ordering_fields = {"starts_on": "starts_on", "currency": "currency"}
    ordering = "-starts_on"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ExchangeRate]:
        """Return the rates that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ExchangeRate.objects.none()
        return queries.rates(self.request.user)

    def get_object(self) -> ExchangeRate:
        """Return the rate of the address (FX-3)."""
        return queries.get_rate(self.request.user, self.kwargs["key"])

    @creates(RateInput)
    def create(self, data: dict[str, Any]) -> ExchangeRate:
        """Set what a currency is worth from a day on."""
        return actions.set_rate(actor=self.actor, **data)

    @updates(ChangeRateInput)
    def partial_update(self, rate: ExchangeRate, data: dict[str, Any], expected_version: int | None) -> ExchangeRate:
        """Change a rate that was written down wrongly."""
        given = {"rate": rate.rate, "source": rate.source, **data}
        return actions.change_rate(rate, actor=self.actor, expected_version=expected_version, **given)


class RepricingOutput(Output):
    """A period whose calls were priced anew; sums are in billionths of the currency."""

    key = serializers.CharField(help_text="RP-3")

    class Meta:
        model = Repricing
        fields = ("key", "start", "end", "what", "calls", "changed", "left", "before", "after", "currency", "at")


class PeriodInput(Input):
    """The days whose calls are priced anew."""

    start = serializers.DateField()
    end = serializers.DateField(help_text="This day included.")
    what = Name(max_length=280, help_text="Why: told in the ledger.")
    example = {"start": "2026-10-01", "end": "2026-10-31", "what": "A rate that was missing"}


class AskedOutput(serializers.Serializer[Any]):
    """The job that prices anew."""

    job = serializers.IntegerField()
    url = serializers.CharField()


class RepricingApi(ActionViewSet):
    """Pricing anew: what came of it each time, and asking for it."""

    model = Repricing
    serializer_class = RepricingOutput
    filterset_class = RepricingFilters
    ordering_fields = {"at": "at"}
    ordering = "-at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Repricing]:
        """Return what the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Repricing.objects.none()
        return queries.repricings(self.request.user)

    def get_object(self) -> Repricing:
        """Return the one of the address (RP-3)."""
        return queries.get_repricing(self.request.user, self.kwargs["key"])

    @acts("requests", PeriodInput, output=AskedOutput, detail=False, status=202)
    def ask(self, data: dict[str, Any]) -> dict[str, Any]:
        """Have the calls of some days priced anew by a job; nothing changes where nothing changed."""
        job = repricing.request(actor=self.actor, **data)
        return {"job": job.pk, "url": f"/jobs/{job.pk}/"}
