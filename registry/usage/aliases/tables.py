"""The list of aliases."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.usage.aliases.actions import meant
from registry.usage.models import UsageAlias
from registry.usage.sources.tables import named


class AliasFilters(django_filters.FilterSet):
    """What aliases can be narrowed to, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    attribute = django_filters.MultipleChoiceFilter(choices=UsageAlias.Attribute.choices, label="What is looked at")
    surface = django_filters.CharFilter(method="by_surface", label="Surface")
    endpoint = django_filters.CharFilter(field_name="endpoint__key", lookup_expr="iexact", label="Endpoint")

    class Meta:
        model = UsageAlias
        fields: list[str] = []

    def search(self, queryset: QuerySet[UsageAlias], name: str, value: str) -> QuerySet[UsageAlias]:
        """Find by the name or by what it means."""
        words = Q(value__icontains=value) | Q(surface__name__icontains=value) | Q(endpoint__name__icontains=value)
        return queryset.filter(words)

    def by_surface(self, queryset: QuerySet[UsageAlias], name: str, value: str) -> QuerySet[UsageAlias]:
        """Keep those of one surface, by its key."""
        return queryset.filter(surface=named(value))


class AliasTable(Table):
    """How aliases are listed."""

    default_sort = "value"
    columns = (
        Column("value", "Name", "value", lead=True, sort="value"),
        Column("attribute", "Looked at", "get_attribute_display", sort="attribute", phone=True),
        Column("means", "Means", lambda row: str(meant(row)), phone=True, cell=lambda row: _thing(row)),
        Column("key", "Key", "key", shown=False),
        Column("do", "", lambda row: "", phone=True, cell=lambda row: _doors(row)),
    )


def _doors(alias: UsageAlias) -> Any:
    change, take_back = (reverse(name, args=[alias.key]) for name in ("usage-alias", "usage-alias-remove"))
    return format_html("{} · {}", atoms.link(change, "Change"), atoms.link(take_back, "Take back"))


def _thing(alias: UsageAlias) -> Any:
    thing = meant(alias)
    return atoms.link(thing.get_absolute_url(), thing.name, thing.key)
