"""The list of sealed months."""

from typing import Any

import django_filters

from governance.scorecard.models import ScoreSnapshot
from governance.ui import atoms
from governance.ui.tables import Column, Table


class SnapshotFilters(django_filters.FilterSet):
    """Filters of sealed months, for page, API and exports."""

    year = django_filters.NumberFilter(label="Year")

    class Meta:
        model = ScoreSnapshot
        fields: list[str] = []


class SnapshotTable(Table):
    """How sealed months are listed."""

    default_sort = "-month"
    columns = (
        Column("month", "Month", str, lead=True, sort=("year", "month"), cell=lambda row: _named(row)),
        Column("stage", "Targets of", lambda row: row.figures["stage"].replace("_", " ")),
        Column("policy", "Policy", "policy_version.label"),
        Column("sealed_at", "Sealed", sort="sealed_at", phone=True, cell=lambda row: atoms.time(row.sealed_at)),
        Column("sealed_by", "By", "sealed_by.name", cell=lambda row: atoms.person(row.sealed_by)),
        Column("digest", "Hash", cell=lambda row: atoms.hash_code(row.digest)),
    )

    def url(self, row: Any) -> str:
        """Return where Enter leads."""
        return str(row.get_absolute_url())


def _named(row: ScoreSnapshot) -> object:
    return atoms.link(row.get_absolute_url(), f"{row.first:%B %Y}", row.key)
