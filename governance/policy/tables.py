"""Lists of policy: its versions and its drafts."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.policy.models import PolicyDraft, PolicyVersion
from governance.ui import atoms
from governance.ui.tables import Column, Table

DRAFT_TONES = {"draft": "wait", "proposed": "wait", "adopted": "ok", "rejected": "stop", "withdrawn": "until"}


class VersionFilters(django_filters.FilterSet):
    """What versions can be filtered by."""

    q = django_filters.CharFilter(method="search", label="Words")
    effective_at = django_filters.DateFromToRangeFilter(label="In force from")

    class Meta:
        model = PolicyVersion
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by label, title or hash."""
        return queryset.filter(Q(label__icontains=value) | Q(summary__icontains=value) | Q(digest__startswith=value.lower()))


class VersionTable(Table):
    """The versions of the policy."""

    default_sort = "-number"
    columns = (
        Column("label", "Version", lead=True, sort="number", cell=lambda row: atoms.link(version_url(row), row.label)),
        Column("number", "Number", numeric=True, sort="number", shown=False),
        Column("summary", "What it changed", wrap=True, phone=True),
        Column(
            "effective_at",
            "In force from",
            sort="effective_at",
            phone=True,
            cell=lambda row: atoms.time(row.effective_at, "date"),
        ),
        Column("made_at", "Adopted", sort="made_at", cell=lambda row: atoms.time(row.made_at, "date")),
        Column("digest", "Hash", cell=lambda row: atoms.hash_code(row.digest)),
    )

    def url(self, row: PolicyVersion) -> str:
        """Return the version's page."""
        return version_url(row)

    def name(self, row: PolicyVersion) -> str:
        """Return its label."""
        return row.label


def version_url(version: PolicyVersion) -> str:
    """Return a version's page."""
    return reverse("policy-version", args=[version.label])


class DraftFilters(django_filters.FilterSet):
    """What drafts can be filtered by."""

    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=PolicyDraft.State.choices, label="State")

    class Meta:
        model = PolicyDraft
        fields: list[str] = []


class DraftTable(Table):
    """The drafts of the policy."""

    default_sort = "-created"
    columns = (
        Column("title", "Draft", lead=True, sort="title", cell=lambda row: atoms.link(draft_url(row), row.title, row.key)),
        Column("key", "Key", shown=False, sort="pk"),
        Column("state", "State", "get_state_display", sort="state", phone=True, cell=lambda row: state_of(row)),
        Column("author", "Author", "author.name", sort="author__name", cell=lambda row: atoms.person(row.author)),
        Column("based_on", "Based on", "based_on.label", sort="based_on__number"),
        Column("adopted_as", "Became", "adopted_as.label", sort="adopted_as__number", phone=True),
        Column(
            "effective_at",
            "To hold from",
            sort="effective_at",
            cell=lambda row: atoms.time(row.effective_at, "date", "on approval"),
        ),
        Column("created", "Started", "created_at", sort="created_at", cell=lambda row: atoms.time(row.created_at, "date")),
    )

    def url(self, row: PolicyDraft) -> str:
        """Return the draft's page."""
        return draft_url(row)

    def name(self, row: PolicyDraft) -> str:
        """Return its title."""
        return row.title


def draft_url(draft: PolicyDraft) -> str:
    """Return a draft's page."""
    return reverse("policy-draft", args=[draft.key])


def state_of(draft: PolicyDraft) -> Any:
    """Say a draft's state in shape and words."""
    return atoms.state(DRAFT_TONES[draft.state], draft.get_state_display())
