"""The lists of channels and of what went through them."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from governance.channels.models import Channel, Delivery
from governance.people.models import Team
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column

STATES = {"active": ("ok", "Active"), "paused": ("warn", "Paused"), "retired": ("until", "Retired")}
CARRIED = {
    "queued": ("wait", "Waiting"),
    "sent": ("ok", "Delivered"),
    "failed": ("warn", "Trying again"),
    "dead": ("stop", "Given up"),
}


def state_of(channel: Channel) -> tuple[str, str]:
    """Return where a channel stands as a mark and words; an active one whose last message failed says so."""
    if channel.state == Channel.State.ACTIVE and channel.last_error:
        return "stop", "Failing"
    return STATES[channel.state]


def to_whom(row: Delivery) -> Any:
    """Name the channel or the person that a message goes to."""
    return atoms.person(row.person) if row.person else str(row.channel)


class ChannelFilters(django_filters.FilterSet):
    """Filters of channels, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Channel.Kind.choices, label="Kind")
    state = django_filters.MultipleChoiceFilter(choices=Channel.State.choices, label="State")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")
    failing = django_filters.BooleanFilter(method="fails", label="Failing")

    class Meta:
        model = Channel
        fields: list[str] = []

    def search(self, queryset: QuerySet[Channel], name: str, value: str) -> QuerySet[Channel]:
        """Find by name or address."""
        return queryset.filter(Q(name__icontains=value) | Q(address__icontains=value))

    def fails(self, queryset: QuerySet[Channel], name: str, value: bool) -> QuerySet[Channel]:
        """Keep channels whose last message failed, or all others."""
        return queryset.exclude(last_error="") if value else queryset.filter(last_error="")


class ChannelTable(Table):
    """How channels are listed."""

    default_sort = "name"
    columns = (
        Column(
            "name",
            "Channel",
            lead=True,
            sort="name",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key),
        ),
        Column("kind", "Kind", "get_kind_display", sort="kind", phone=True),
        Column("address", "Goes to", wrap=True),
        Column("team", "Team", "team.name", sort="team__name", cell=lambda row: row.team or "The whole company"),
        Column("ok", "Last delivered", "last_ok_at", sort="last_ok_at", cell=lambda row: atoms.time(row.last_ok_at)),
        state_column(state_of, sort="state", phone=True),
    )

    def tone(self, row: Channel) -> str:
        """Grey out what is retired."""
        return "off" if row.state == Channel.State.RETIRED else ""


class DeliveryFilters(django_filters.FilterSet):
    """Filters of deliveries, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Delivery.State.choices, label="State")
    channel = django_filters.ModelMultipleChoiceFilter(queryset=Channel.objects.all(), label="Channel")

    class Meta:
        model = Delivery
        fields: list[str] = []

    def search(self, queryset: QuerySet[Delivery], name: str, value: str) -> QuerySet[Delivery]:
        """Find by title, channel or answer."""
        found = Q(message__title__icontains=value) | Q(channel__name__icontains=value) | Q(response__icontains=value)
        return queryset.filter(found)


class DeliveryTable(Table):
    """How deliveries are listed."""

    default_sort = "-made"
    columns = (
        Column("title", "Message", str, lead=True, cell=lambda row: atoms.link(row.get_absolute_url(), str(row), row.key)),
        Column("to", "To", lambda row: str(row.channel or row.person), cell=to_whom, phone=True),
        Column("made", "Made", "made_at", sort="pk", cell=lambda row: atoms.time(row.made_at)),
        Column("attempts", "Attempts", sort="attempts", numeric=True),
        Column("response", "Answer", wrap=True),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(*CARRIED[row.state]),
        ),
    )
