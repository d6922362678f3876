"""Filters of framework answers, for the API."""

import django_filters

from registry.frameworks.models import FrameworkAnswer


class AnswerFilters(django_filters.FilterSet):
    """Filters of answers."""

    surface = django_filters.NumberFilter(field_name="surface_id", label="Surface number")
    framework = django_filters.CharFilter(label="Framework, such as owasp-llm-2026")
    item = django_filters.CharFilter(label="Item, such as LLM03:2026")
    status = django_filters.MultipleChoiceFilter(choices=FrameworkAnswer.Status.choices, label="Status")

    class Meta:
        model = FrameworkAnswer
        fields: list[str] = []
