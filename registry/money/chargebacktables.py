"""The list of chargeback reports."""

import django_filters

from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.money.models import Chargeback


class ChargebackFilters(django_filters.FilterSet):
    """Filters of reports."""

    month = django_filters.DateFilter(field_name="month", label="Month")

    class Meta:
        model = Chargeback
        fields: list[str] = []


class ChargebackTable(Table):
    """How reports are listed."""

    default_sort = "-month"
    columns = (
        Column(
            "month", "Month", "month", lead=True, sort=("month", "number"),
            cell=lambda row: atoms.link(row.get_absolute_url(), f"{row.month:%B %Y}", row.key),
        ),
        Column("number", "Number", numeric=True),
        Column("total", "Together", sort="total", numeric=True, phone=True),
        Column("currency", "Currency", phone=True),
        Column("unpriced", "Calls without a price", numeric=True),
        Column("at", "As of", sort="at", cell=lambda row: atoms.time(row.at)),
        Column("made_by", "Kept by", "made_by.name", cell=lambda row: atoms.person(row.made_by)),
    )  # fmt: skip
