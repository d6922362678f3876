"""How one's reports and the links that were handed out are listed."""

import django_filters
from django.db.models import Q, QuerySet

from governance.people.models import Team
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from incidents.filing import reading
from incidents.filing.models import Report, ReportLink


def _state(row: Report) -> tuple[str, str]:
    return reading.state_of(row.incident)


class ReportTable(Table):
    """How a person's own reports are listed."""

    default_sort = "-at"
    columns = (
        Column(
            "what",
            "What",
            "incident.title",
            lead=True,
            sort="incident__title",
            wrap=True,
            cell=lambda row: atoms.link(reading.own_address(row), row.incident.title, row.incident.key),
        ),
        Column("surface", "Where", lambda row: _where(row), sort="incident__surface__name"),
        Column("harm", "How bad", "get_harm_display", wrap=True),
        state_column(_state, phone=True),
        Column("at", "Reported", "made_at", sort="made_at", phone=True, cell=lambda row: atoms.time(row.made_at)),
    )

    def url(self, row: Report) -> str:
        """Return where Enter leads."""
        return reading.own_address(row)


def _where(row: Report) -> str:
    surface = row.incident.surface
    return surface.name if surface else row.incident.where


class LinkFilters(django_filters.FilterSet):
    """Filters of links, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=ReportLink.State.choices, label="State")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")

    class Meta:
        model = ReportLink
        fields: list[str] = []

    def search(self, queryset: QuerySet[ReportLink], name: str, value: str) -> QuerySet[ReportLink]:
        """Find by where it is handed out, or by surface."""
        return queryset.filter(Q(name__icontains=value) | Q(surface__name__icontains=value))


class LinkTable(Table):
    """How links are listed."""

    default_sort = "-made"
    columns = (
        Column(
            "name",
            "Handed out",
            lead=True,
            sort="name",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key),
        ),
        Column("names", "Names", lambda row: str(row.surface or row.team or "The company")),
        Column("owner", "By", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("count", "Reports", "report_count", numeric=True, sort="report_count"),
        Column("expires_at", "Until", sort="expires_at", phone=True, cell=lambda row: atoms.time(row.expires_at, "date")),
        Column(
            "state",
            "State",
            lambda row: reading.address_state(row, row.allowed)[1],
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(*reading.address_state(row, row.allowed)),
        ),
        Column("made", "Made", "created_at", sort="created_at", shown=False, cell=lambda row: atoms.time(row.created_at)),
    )

    def url(self, row: ReportLink) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()
