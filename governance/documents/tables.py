"""The list of documents."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.core.contributions import DocumentKind, contributed
from governance.documents.models import Document
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of document that can be made."""
    return [(kind.key, kind.label) for kind in contributed(DocumentKind)]


def makers(request: Any) -> QuerySet[User]:
    """Return who can be chosen in the filter: whoever had documents made, and the reader, whose own view may be empty."""
    reader = getattr(getattr(request, "user", None), "pk", None)
    return User.objects.filter(Q(documents__isnull=False) | Q(pk=reader)).distinct()


class DocumentFilters(django_filters.FilterSet):
    """Filters of documents, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    kind = django_filters.MultipleChoiceFilter(choices=kinds, label="Kind")
    subject = django_filters.CharFilter(field_name="subject_key", lookup_expr="iexact", label="About")
    made_by = django_filters.ModelMultipleChoiceFilter(queryset=makers, label="Made by")
    made_after = django_filters.IsoDateTimeFilter(field_name="made_at", lookup_expr="gte", label="Made after")
    made_before = django_filters.IsoDateTimeFilter(field_name="made_at", lookup_expr="lt", label="Made before")

    class Meta:
        model = Document
        fields: list[str] = []

    def search(self, queryset: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        """Find by title, by what it is about, or by the beginning of a hash or code."""
        return queryset.filter(
            Q(title__icontains=value)
            | Q(subject_key__istartswith=value)
            | Q(code__istartswith=value)
            | Q(file_digest__startswith=value.lower())
            | Q(source_digest__startswith=value.lower())
        )


def label_of(key: str) -> str:
    """Return what a kind of document is called."""
    return dict(kinds()).get(key, key)


class DocumentTable(Table):
    """How documents are listed."""

    default_sort = "-made_at"
    columns = (
        Column("title", "Document", lead=True, sort="title", wrap=True, cell=lambda row: atoms.link(url_of(row), row.title)),
        Column("kind", "Kind", lambda row: label_of(row.kind), sort="kind"),
        Column("subject_key", "About", sort="subject_key", phone=True),
        Column("number", "Number", sort="number", numeric=True),
        Column("made_by", "Made by", "made_by.name", sort="made_by__name", cell=lambda row: atoms.person(row.made_by)),
        Column("made_at", "Made", sort="made_at", phone=True, cell=lambda row: atoms.time(row.made_at)),
        Column("pages", "Pages", sort="pages", numeric=True),
        Column("code", "Code", shown=False),
        Column("source_digest", "Made from", cell=lambda row: atoms.hash_code(row.source_digest), shown=False),
        Column("file_digest", "File", cell=lambda row: atoms.hash_code(row.file_digest, "SHA-256 of the file")),
    )

    def url(self, row: Document) -> str:
        """Return where Enter leads."""
        return url_of(row)

    def name(self, row: Document) -> str:
        """Return how screen readers name the row."""
        return row.title


def url_of(row: Document) -> str:
    """Return a document's page."""
    return reverse("document", args=[row.code])
