"""The list of the charter's versions."""

import django_filters
from django.urls import reverse

from governance.charter.models import Charter
from governance.ui import atoms
from governance.ui.tables import Column, Table

TONES = {
    "draft": "wait",
    "proposed": "warn",
    "in_force": "held",
    "superseded": "until",
    "rejected": "stop",
    "withdrawn": "until",
}


class CharterFilters(django_filters.FilterSet):
    """Filters of charters, for page, API and exports."""

    state = django_filters.MultipleChoiceFilter(choices=Charter.State.choices, label="State")

    class Meta:
        model = Charter
        fields: list[str] = []


class CharterTable(Table):
    """How versions are listed."""

    default_sort = "-number"
    columns = (
        Column("number", "Version", lead=True, sort="number", cell=lambda row: atoms.link(url_of(row), str(row), row.key)),
        Column("owner", "Model-risk owner", "owner.name", cell=lambda row: atoms.person(row.owner)),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(TONES[row.state], row.get_state_display()),
        ),
        Column(
            "in_force_since", "In force since", sort="in_force_since", phone=True, cell=lambda row: atoms.time(row.in_force_since)
        ),
        Column("next_review_on", "Next review", sort="next_review_on", cell=lambda row: atoms.time(row.next_review_on)),
        Column("digest", "Hash", cell=lambda row: atoms.hash_code(row.digest) if row.digest else atoms.DASH),
    )

    def url(self, row: Charter) -> str:
        """Return where Enter leads."""
        return url_of(row)

    def name(self, row: Charter) -> str:
        """Return how screen readers name the row."""
        return str(row)


def url_of(row: Charter) -> str:
    """Return a version's page."""
    return reverse("charter", args=[row.key])
