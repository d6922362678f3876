"""Vendors and their terms by REST."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from governance.api.operations import acts, creates, updates
from governance.api.output import Output
from registry.catalog import actions
from registry.catalog.api.base import ItemApi, resolved
from registry.catalog.filters import VendorFilters
from registry.catalog.models import Vendor, VendorTerm


class TermOutput(Output):
    """What a vendor's terms say on one topic."""

    class Meta:
        model = VendorTerm
        fields = ("topic", "says", "source", "checked_on")


class VendorRow(Output):
    """A vendor as a row of the list."""

    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Reference of the accountable person.")

    class Meta:
        model = Vendor
        fields = (
            "key", "name", "website", "owner", "state", "reviewed_on", "review_on", "exit_plan", "exit_drilled_on", "notes",
            "version", "created_at", "updated_at",
        )  # fmt: skip


class VendorOutput(VendorRow):
    """A vendor with its terms."""

    terms = TermOutput(many=True)

    class Meta:
        model = Vendor
        fields = (*VendorRow.Meta.fields, "terms")


class VendorChange(Input):
    """What of a vendor changes."""

    name = Name(required=False, max_length=200)
    website = serializers.URLField(required=False, allow_blank=True, max_length=400)
    review_on = serializers.DateField(required=False, allow_null=True)
    exit_plan = Prose(required=False, max_length=4000, help_text="What we would do tomorrow without it.")
    exit_drilled_on = serializers.DateField(required=False, allow_null=True)
    notes = Prose(required=False)
    example = {"exit_plan": "Route to the second vendor; the prompts are tested on both."}


class VendorInput(VendorChange):
    """What a vendor is added with."""

    name = Name(max_length=200)
    key = serializers.SlugField(required=False, max_length=60, help_text="Made from the name when left out; never changes.")
    owner = serializers.CharField(required=False, max_length=40, help_text="Reference; the caller when left out.")
    example = {"name": "Northwind Models", "website": "https://northwind.example"}


class TermInput(Nested):
    """What the terms say on one topic; an empty text removes it."""

    says = Prose(max_length=4000)
    source = serializers.URLField(required=False, allow_blank=True, max_length=600)
    checked_on = serializers.DateField(required=False, allow_null=True)


class TermsInput(Input):
    """What the terms say on the topics given; others stay."""

    terms = serializers.DictField(child=TermInput(), help_text="By topic, such as retention.")
    example = {
        "terms": {"retention": {"says": "30 days, none on request", "checked_on": "2026-10-12"}, "exit": {"says": "Deleted."}}
    }  # fmt: skip


class ReviewInput(Input):
    """That terms were reviewed."""

    reviewed_on = serializers.DateField(required=False, help_text="Today when left out.")
    note = Name(required=False, allow_blank=True, max_length=2000)


class VendorApi(ItemApi):
    """Companies whose models or tools are used, under terms that somebody reviews."""

    model = Vendor
    serializer_class = VendorOutput
    list_serializer_class = VendorRow
    filterset_class = VendorFilters
    ordering_fields = {"name": "name", "key": "key", "state": "state", "owner": "owner__name", "review_on": "review_on"}

    def get_queryset(self) -> Any:
        """Fetch the terms of one vendor."""
        rows = super().get_queryset()
        return rows if self.is_list() else rows.prefetch_related("terms")

    @creates(VendorInput)
    def create(self, data: dict[str, Any]) -> Vendor:
        """Add a vendor; it is proposed until it is approved."""
        return actions.add_vendor(actor=self.actor, **resolved(data, self.actor))

    @updates(VendorChange)
    def partial_update(self, vendor: Vendor, data: dict[str, Any], expected_version: int | None) -> Any:
        """Change a vendor's facts."""
        return self.change(vendor, data, expected_version)

    @acts("terms", TermsInput, method="patch", if_match="required")
    def set_terms(self, vendor: Vendor, data: dict[str, Any], expected_version: int | None) -> Any:
        """Write down what the terms say, on some topics or all."""
        return self.again(actions.set_terms(vendor, actor=self.actor, terms=data["terms"], expected_version=expected_version))

    @acts("review", ReviewInput)
    def review(self, vendor: Vendor, data: dict[str, Any], expected_version: int | None) -> Any:
        """Record a review; the next one follows from policy."""
        return self.again(actions.review_vendor(vendor, actor=self.actor, expected_version=expected_version, **data))
