"""Filters that several lists use."""

from typing import Any

import django_filters


class HeldValues(django_filters.AllValuesMultipleFilter):
    """Offers the values that are held now. Filters are built once for each class, and would go on offering the first ones."""

    @property
    def field(self) -> Any:
        """Return the form's field, made anew."""
        self.__dict__.pop("_field", None)
        return super().field
