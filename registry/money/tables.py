"""Lists of prices, exchange rates, and periods that were priced anew."""

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet

from governance.core import clock
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.catalog.models import Vendor
from registry.money.amounts import plain, said
from registry.money.models import Repricing
from registry.usage.prices import ExchangeRate, Price


def holds(price: Price) -> tuple[str, str]:
    """Return whether a price holds today (UTC), as a mark and words."""
    today = clock.now().date()
    if price.starts_on > today:
        return "wait", "To come"
    if price.ends_on is not None and price.ends_on <= today:
        return "until", "Over"
    return "ok", "Holds"


def holding(rows: QuerySet[Price], value: bool) -> QuerySet[Price]:
    """Keep the prices that hold today, or all others."""
    today = clock.now().date()
    now = Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    return rows.filter(now) if value else rows.exclude(now)


class PriceFilters(django_filters.FilterSet):
    """Filters of prices, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    vendor = django_filters.ModelMultipleChoiceFilter(method="of_vendor", queryset=Vendor.objects.all(), label="Vendor")
    endpoint = django_filters.CharFilter(field_name="endpoint__key", label="Endpoint")
    holds = django_filters.BooleanFilter(method="now", label="Holds today")

    class Meta:
        model = Price
        fields: list[str] = []

    def search(self, queryset: QuerySet[Price], name: str, value: str) -> QuerySet[Price]:
        """Find by endpoint, vendor, model or contract."""
        near = Q(endpoint__name__icontains=value) | Q(vendor__name__icontains=value) | Q(pattern__icontains=value)
        return queryset.filter(near | Q(contract_ref__icontains=value) | Q(endpoint__vendor__name__icontains=value))

    def of_vendor(self, queryset: QuerySet[Price], name: str, value: list[Vendor]) -> QuerySet[Price]:
        """Keep prices of vendors, and of their endpoints."""
        return queryset.filter(Q(vendor__in=value) | Q(endpoint__vendor__in=value)) if value else queryset

    def now(self, queryset: QuerySet[Price], name: str, value: bool) -> QuerySet[Price]:
        """Keep those that hold today."""
        return holding(queryset, value)


class PriceTable(Table):
    """How prices are listed."""

    default_sort = "-starts_on"
    columns = (
        Column("what", "Price of", "what", lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), row.what, row.key)),
        state_column(holds, phone=True),
        Column("input_price", "In, per M", lambda row: plain(row.input_price), sort="input_price", numeric=True, phone=True),
        Column("output_price", "Out, per M", lambda row: plain(row.output_price), sort="output_price", numeric=True, phone=True),
        Column("cached_price", "Cached, per M", lambda row: plain(row.cached_price), sort="cached_price", numeric=True),
        Column("currency", "Currency", sort="currency"),
        Column("starts_on", "From", sort="starts_on", cell=lambda row: atoms.time(row.starts_on, "date")),
        Column("ends_on", "Until before", sort="ends_on", cell=lambda row: atoms.time(row.ends_on, "date")),
        Column("contract_ref", "Contract", wrap=True),
    )

    def tone(self, row: Price) -> str:
        """Nothing is out of line here."""
        return ""


class RateFilters(django_filters.FilterSet):
    """Filters of exchange rates."""

    currency = django_filters.AllValuesMultipleFilter(field_name="currency", label="Currency")

    class Meta:
        model = ExchangeRate
        fields: list[str] = []


class RateTable(Table):
    """How exchange rates are listed."""

    default_sort = "-starts_on"
    columns = (
        Column(
            "currency", "One", lambda row: row.currency, lead=True, sort="currency",
            cell=lambda row: atoms.link(f"{row.pk}/change/", row.currency, row.key),
        ),
        Column("rate", "is worth", lambda row: plain(row.rate), sort="rate", numeric=True, phone=True),
        Column("base", "in", sort="base", phone=True),
        Column("starts_on", "From", sort="starts_on", phone=True, cell=lambda row: atoms.time(row.starts_on, "date")),
        Column("source", "Who says so", wrap=True),
    )  # fmt: skip

    def url(self, row: ExchangeRate) -> str:
        """Return where Enter leads."""
        return f"{row.pk}/change/"


class RepricingTable(Table):
    """How periods that were priced anew are listed."""

    default_sort = "-at"
    columns = (
        Column("what", "Why", lead=True, wrap=True),
        Column("at", "When", sort="at", phone=True, cell=lambda row: atoms.time(row.at)),
        Column("start", "From", sort="start", cell=lambda row: atoms.time(row.start, "date")),
        Column("end", "To", sort="end", cell=lambda row: atoms.time(row.end, "date")),
        Column("calls", "Calls", numeric=True, sort="calls"),
        Column("changed", "Changed", numeric=True, sort="changed"),
        Column("left", "No price", numeric=True, sort="left"),
        Column("before", "Before", lambda row: said(row.before, row.currency), numeric=True),
        Column("after", "After", lambda row: said(row.after, row.currency), numeric=True, phone=True),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads: its line in the list."""
        return row.get_absolute_url()


class RepricingFilters(django_filters.FilterSet):
    """Filters of periods that were priced anew."""

    moved = django_filters.BooleanFilter(method="by", label="Moved money")

    class Meta:
        model = Repricing
        fields: list[str] = []

    def by(self, queryset: QuerySet[Repricing], name: str, value: bool) -> QuerySet[Repricing]:
        """Keep those that changed a sum."""
        return queryset.exclude(before=F("after")) if value else queryset.filter(before=F("after"))
