"""Endpoints by REST: one model, under one vendor's terms, in one region and account."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, reads, updates
from governance.api.output import Output
from registry.catalog import actions, prices, queries
from registry.catalog.api.base import ItemApi, resolved
from registry.catalog.filters import EndpointFilters
from registry.catalog.models import Endpoint


class EndpointOutput(Output):
    """An endpoint. Where its key is kept is a reference; the key itself is never here."""

    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Reference of the accountable person.")
    vendor = serializers.CharField(source="vendor.key")

    class Meta:
        model = Endpoint
        fields = (
            "key", "name", "vendor", "model", "region", "owner", "state", "account_ref", "key_ref", "key_rotates_on",
            "who_may_use", "price_source", "input_price", "output_price", "currency", "deprecates_on", "notes", "version",
            "created_at", "updated_at",
        )  # fmt: skip


class EndpointChange(Input):
    """What of an endpoint changes. Another vendor, model, region or account takes a new approval."""

    name = Name(required=False, max_length=200)
    vendor = serializers.CharField(required=False, max_length=60, help_text="Key of the vendor.")
    model = Name(required=False, max_length=200)
    region = Name(required=False, allow_blank=True, max_length=100)
    account_ref = Name(required=False, allow_blank=True, max_length=200, help_text="A name, never a secret.")
    key_ref = Name(required=False, allow_blank=True, max_length=300, help_text="Where the key is kept, never the key.")
    key_rotates_on = serializers.DateField(required=False, allow_null=True)
    who_may_use = Prose(required=False, max_length=2000)
    deprecates_on = serializers.DateField(required=False, allow_null=True)
    notes = Prose(required=False)
    example = {"region": "eu-central-1"}


class EndpointInput(EndpointChange):
    """What an endpoint is added with."""

    name = Name(max_length=200)
    vendor = serializers.CharField(max_length=60, help_text="Key of the vendor.")
    model = Name(max_length=200)
    key = serializers.SlugField(required=False, max_length=100, help_text="Made from model and region when left out.")
    owner = serializers.CharField(required=False, max_length=40, help_text="Reference; the caller when left out.")
    example = {"name": "Northwind large in Frankfurt", "vendor": "northwind", "model": "nw-large-3", "region": "eu-central-1"}


class PriceInput(Input):
    """What a million tokens cost."""

    input_price = serializers.DecimalField(max_digits=12, decimal_places=4, min_value=0, allow_null=True)
    output_price = serializers.DecimalField(max_digits=12, decimal_places=4, min_value=0, allow_null=True)
    currency = serializers.CharField(required=False, default="USD", min_length=3, max_length=3)
    source = Name(max_length=200, help_text="Where it is written.")
    example = {"input_price": "2.50", "output_price": "10.00", "source": "Contract of 3 May"}


class SuggestionOutput(serializers.Serializer[Any]):
    """An entry of a public price list that fits the endpoint's model."""

    provider = serializers.CharField()
    model = serializers.CharField()
    name = serializers.CharField()
    input_price = serializers.CharField(allow_null=True, help_text="US dollars for a million tokens.")
    output_price = serializers.CharField(allow_null=True)
    is_deprecated = serializers.BooleanField()
    remark = serializers.CharField()
    source = serializers.CharField()


class EffectiveOutput(serializers.Serializer[Any]):
    """What holds for a data class at an endpoint."""

    data_class = serializers.CharField()
    rule = serializers.ChoiceField(choices=["allowed", "redacted", "never"])
    is_default = serializers.BooleanField(help_text="Whether policy's default holds.")
    reason = serializers.CharField()


class EndpointApi(ItemApi):
    """Models as they are called: each under one vendor's terms, in one region and account."""

    model = Endpoint
    serializer_class = EndpointOutput
    filterset_class = EndpointFilters
    ordering_fields = {
        "name": "name", "key": "key", "vendor": "vendor__name", "model": "model", "state": "state", "owner": "owner__name",
        "deprecates_on": "deprecates_on",
    }  # fmt: skip
    related = ("owner", "vendor")

    @creates(EndpointInput)
    def create(self, data: dict[str, Any]) -> Endpoint:
        """Add an endpoint; it is proposed until it is approved."""
        return actions.add_endpoint(actor=self.actor, **resolved(data, self.actor))

    @updates(EndpointChange)
    def partial_update(self, endpoint: Endpoint, data: dict[str, Any], expected_version: int | None) -> Any:
        """Change an endpoint's facts; another model, vendor, region or account takes a new approval."""
        return self.change(endpoint, data, expected_version)

    @acts("price", PriceInput, method="put")
    def set_price(self, endpoint: Endpoint, data: dict[str, Any], expected_version: int | None) -> Any:
        """Set what a million tokens cost, and where that is written."""
        return self.again(actions.set_price(endpoint, actor=self.actor, expected_version=expected_version, **data))

    @reads("price-suggestions", output=SuggestionOutput, many=True)
    def suggestions(self, endpoint: Endpoint) -> list[dict[str, Any]]:
        """What public price lists say of its model; empty where they do not know it."""
        return [
            {
                **{name: value for name, value in asdict(each).items() if name not in ("input_price", "output_price")},
                "input_price": None if each.input_price is None else str(each.input_price),
                "output_price": None if each.output_price is None else str(each.output_price),
                "source": each.source,
            }
            for each in prices.suggest(endpoint.model, endpoint.vendor.name)
        ]

    @reads("data-rules", output=EffectiveOutput, many=True)
    def data_rules(self, endpoint: Endpoint) -> list[dict[str, Any]]:
        """What may go there: the rule for each data class, set or by policy."""
        return [
            {"data_class": each.key, "rule": rule.rule, "is_default": rule.is_default, "reason": rule.reason}
            for each, rule in queries.rule_rows(endpoint)
        ]
