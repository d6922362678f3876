"""The list of imports."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.imports.adapter import target_of
from registry.imports.models import ImportBatch

TONES = {
    "reading": "wait",
    "mapping": "warn",
    "checking": "wait",
    "ready": "warn",
    "committing": "wait",
    "committed": "ok",
    "undoing": "wait",
    "undone": "until",
    "discarded": "until",
}


def people(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: whoever asked, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(imports__isnull=False) | Q(pk=reader)).distinct()


class ImportFilters(django_filters.FilterSet):
    """Filters of imports, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=ImportBatch.State.choices, label="State")
    target = django_filters.CharFilter(label="Rows are")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=people, label="Begun by")

    class Meta:
        model = ImportBatch
        fields: list[str] = []

    def search(self, queryset: QuerySet[ImportBatch], name: str, value: str) -> QuerySet[ImportBatch]:
        """Find by the file's name."""
        return queryset.filter(name__icontains=value)


def url(batch: ImportBatch) -> str:
    """Return an import's page."""
    return reverse("import", args=[batch.key])


class ImportTable(Table):
    """How imports are listed."""

    default_sort = "-begun"
    columns = (
        Column("name", "File", lead=True, sort="name", cell=lambda row: atoms.link(url(row), row.name, row.key)),
        Column("target", "Rows are", lambda row: target_of(row.target).label, sort="target"),
        Column("rows", "Rows", "row_count", sort="row_count", numeric=True),
        Column("new", "New", lambda row: row.count("new"), numeric=True),
        Column("changed", "Changed", lambda row: row.count("changed"), numeric=True),
        Column("refused", "Refused", lambda row: row.count("refused"), numeric=True),
        Column("owner", "Begun by", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("begun", "Begun", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at)),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(TONES[row.state], row.get_state_display()),
        ),
    )

    def url(self, row: ImportBatch) -> str:
        """Return where Enter leads."""
        return url(row)
