"""The list of inventories."""

import django_filters

from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.inventory.models import Inventory

STATES = {"read": "wait", "taken": "ok", "discarded": "until"}


class InventoryFilters(django_filters.FilterSet):
    """What inventories can be narrowed to, for page, API and exports."""

    q = django_filters.CharFilter(field_name="file_name", lookup_expr="icontains", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=Inventory.Kind.choices, label="Kind")
    state = django_filters.MultipleChoiceFilter(choices=Inventory.State.choices, label="State")

    class Meta:
        model = Inventory
        fields: list[str] = []


def state_of(inventory: Inventory) -> tuple[str, str]:
    """Return where an inventory stands as a mark and words."""
    return STATES[inventory.state], inventory.get_state_display()


class InventoryTable(Table):
    """How inventories are listed."""

    default_sort = "-read"
    columns = (
        Column(
            "name",
            "File",
            "file_name",
            lead=True,
            sort="file_name",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.file_name, row.key),
        ),
        Column("kind", "Kind", "get_kind_display", sort="kind", phone=True),
        state_column(state_of, sort="state", phone=True),
        Column("models", "Models", lambda row: len(row.lines), numeric=True, phone=True),
        Column("made", "Taken over", lambda row: len(row.made), numeric=True),
        Column("by", "By", "by.name", sort="by__name", cell=lambda row: atoms.person(row.by)),
        Column("read", "Read", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at)),
    )

    def url(self, row: Inventory) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()
