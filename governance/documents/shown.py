"""What documents contribute: the jobs that make them, their list, their API, and whether this machine prints."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import (
    ApiRoute,
    JobKind,
    KeptFile,
    KeptFiles,
    NavItem,
    RetentionKind,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.documents import actions, codes, making, probe, queries, storage
from governance.documents.models import Document
from governance.ledger.letgo import FILE, still_here
from governance.ui.extensions import Banner


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find documents by title, by what they are about, or by their code."""
    typed = codes.as_typed(words)
    where = Q(title__icontains=words) | Q(subject_key__iexact=words) | Q(code=typed[:20])
    found = queries.visible_to(user).filter(where)[:limit]
    return [
        SearchHit(each.title, reverse("document", args=[each.code]), f"number {each.number}", "document", 0.5) for each in found
    ]


def kept() -> Iterator[KeptFile]:
    """Yield the file of every document there is."""
    rows = Document.objects.order_by("pk").values_list("pk", "code", "file", "file_digest")
    for pk, code, name, digest in rows.iterator(chunk_size=1000):
        yield KeptFile(pk, f"File of document {codes.spoken(code)}", name, digest)


contribute(KeptFiles("governance.document", "Documents", kept))
contribute(JobKind(actions.MAKE, making.make, label="Make a document", lease=timedelta(minutes=5)))
contribute(JobKind("documents.tidy", making.tidy, label="Remove files that no document claims"))
contribute(Schedule("documents.tidy", "documents.tidy", every=timedelta(days=1)))
contribute(NavItem("documents", "Documents", "documents", "document", group="What we can prove", order=20))
contribute(SearchSource("documents", "Documents", find, order=70))
contribute(ApiRoute("documents", "documents", load=lambda: import_string("governance.documents.api.DocumentApi")))
contribute(ApiRoute("document-orders", "document-orders", load=lambda: import_string("governance.documents.api.OrderApi")))
contribute(JobKind("documents.probe", probe.run, label="See whether this machine prints"))
contribute(Schedule("documents.probe", "documents.probe", every=timedelta(hours=1)))
contribute(Banner("documents-off", probe.banner))


def discard(rows: Sequence[Document]) -> None:
    """Remove the files of documents whose time is over, once that is told."""
    for row in rows:
        storage.discard(row.file)


contribute(
    RetentionKind(
        "documents",
        "Files of documents",
        "The PDF goes. What it was made from, its number and its hashes stay, so that a copy can still be checked.",
        rows=lambda: Document.objects.filter(still_here("file_digest")).defer("source"),
        since="made_at",
        expire=len,
        after=discard,
        bound=lambda rows: {FILE: [row.file_digest for row in rows]},
        name=lambda row: f"{row.title}, number {row.number}",
        people=("made_by__ref",),
        batch=200,
        order=90,
    )
)
