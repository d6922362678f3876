"""The list of rooms."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.people.models import User
from governance.rooms.models import Room, RoomLink
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column


def state_of(room: Room) -> tuple[str, str]:
    """Return where a room stands as a mark and words."""
    if room.state == Room.State.CLOSED:
        return "until", "Closed"
    return ("held", "Public") if room.kind == Room.Kind.PUBLIC else ("ok", "Open")


def link_state(link: RoomLink, now: Any) -> tuple[str, str]:
    """Return where a link stands as a mark and words."""
    if link.state == RoomLink.State.REVOKED:
        return "stop", "Revoked"
    return ("until", "Ended") if link.expires_at <= now else ("ok", "Open")


class RoomFilters(django_filters.FilterSet):
    """Filters of rooms, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Room.State.choices, label="State")
    kind = django_filters.MultipleChoiceFilter(choices=Room.Kind.choices, label="Who comes in")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.persons(), label="Owner")

    class Meta:
        model = Room
        fields: list[str] = []

    def search(self, queryset: QuerySet[Room], name: str, value: str) -> QuerySet[Room]:
        """Find by title or by whom it is for."""
        return queryset.filter(Q(title__icontains=value) | Q(audience__icontains=value))


class RoomTable(Table):
    """How rooms are listed."""

    default_sort = "-key"
    columns = (
        Column(
            "title",
            "Room",
            lead=True,
            sort="title",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("audience", "For", sort="audience", phone=True),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("things", "In it", numeric=True, sort="things"),
        Column("open_links", "Open links", numeric=True, sort="open_links", phone=True),
        Column("created_at", "Made", sort="created_at", cell=lambda row: atoms.time(row.created_at)),
        state_column(state_of, sort="state", phone=True),
    )

    def url(self, row: Room) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


def address_of(secret: str) -> str:
    """Return the path that a link's secret makes."""
    return reverse("room-door", args=[secret])
