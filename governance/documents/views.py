"""Pages of documents: the list, one document, its file, and having one made."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.text import slugify

from governance.core.errors import NotVisible
from governance.core.leaving import leaves
from governance.documents import actions, codes, probe, queries, rules, storage
from governance.documents.models import Document
from governance.documents.tables import DocumentFilters, DocumentTable, label_of
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, ObjectPage, Page, Tab, View, go


class DocumentList(ListPage):
    """All documents a person may see."""

    key, url_name, title = "documents", "documents", "Documents"
    table, filterset = DocumentTable, DocumentFilters
    lead = "{total} documents, each with the hash of what it was made from."
    search_hint = "Find by title, subject, code or hash"
    views = (View("All"), View("Made by me", "made_by={me}"), View("Charters", "kind=charter"))
    empty = Empty(
        "No document was made yet",
        "A spec sheet, a decision record or the charter leaves as a PDF that anybody can check by the code on it.",
        "Go to the charter",
        lambda user: reverse("charters"),
    )

    def rows(self, user: Any) -> QuerySet[Document]:
        """Return the documents that the reader may see."""
        return queries.visible_to(user)


def _overview(page: ObjectPage, document: Document) -> dict[str, Any]:
    kind = queries.kind_named(document.kind)
    newest = queries.newest(document)
    try:
        about = kind.url(queries.subject_of(kind, document.subject_id, page.user))
    except NotVisible:
        about = ""
    return {
        "document": document,
        "code": codes.spoken(document.code),
        "about": about,
        "newer": rules.superseded_by(document, newest),
        "others": queries.of_subject(document.kind, _Subject(document.subject_id)).exclude(pk=document.pk)[:20],
    }


class _Subject:
    """Stands for a subject of which only the id is known."""

    def __init__(self, pk: str) -> None:
        self.pk = pk


class DocumentPage(ObjectPage):
    """One document: what it was made from, by whom, and how to check it."""

    url_name, lookup, parent = "document", "code", ("Documents", "documents")
    tabs = (
        Tab("", "Overview", "governance/documents/_document.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, document: lines_for(document, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Document:
        """Return the document of the address."""
        return queries.get(self.user, self.kwargs["code"])

    def header(self, obj: Document) -> Header:
        """Say what it is and offer the file."""
        newer = rules.superseded_by(obj, queries.newest(obj))
        state = ("warn", "Followed by a newer one") if newer else ("ok", "The newest")
        facts = (
            Fact("Kind", label_of(obj.kind)),
            Fact("About", obj.subject_key or atoms.DASH),
            Fact("Made by", atoms.person(obj.made_by)),
            Fact("Made", atoms.time(obj.made_at, "long")),
            Fact("Pages", f"{obj.pages}"),
        )
        buttons = (
            Button("Open the PDF", reverse("document-file", args=[obj.code]), icon="download", kind="primary"),
            Button("Check page", reverse("check", args=[codes.spoken(obj.code)]), icon="link"),
        )
        return Header(obj.title, f"no. {obj.number}", state=state, facts=facts, buttons=buttons)


def send(document: Document) -> HttpResponseBase:
    """Answer a document's file, once it is known to be the one that was made."""
    file = storage.take(document.file, document.file_digest)
    name = f"{slugify(document.title)[:80] or document.kind}-{document.number}.pdf"
    response = FileResponse(file, content_type="application/pdf", filename=name)
    response["Cache-Control"] = "private, no-store"
    response["Digest"] = f"sha-256={document.file_digest}"
    return leaves(response, document.title, about=(document,))


class DocumentFile(Page):
    """The PDF itself, for whoever may see what it is about."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Send the file."""
        return send(queries.get(self.user, kwargs["code"]))


class MakeDocument(Page):
    """Has a document made and shows how far it is: the target of every *Make a PDF* button."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask before making: the button's address works as a plain link too."""
        kind = queries.kind_named(kwargs["kind"])
        subject = queries.subject_of(kind, kwargs["subject"], self.user)
        self.title = f"{kind.label} of {subject}"
        made = queries.of_subject(kind.key, subject)[:10]
        return self.render(
            "governance/documents/make.html", kind=kind, made=made, back=kind.url(subject), trouble=probe.trouble()
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for it, and go to the job's page."""
        kind = queries.kind_named(kwargs["kind"])
        subject = queries.subject_of(kind, kwargs["subject"], self.user)
        job = actions.request_document(kind.key, subject, actor=self.user, base=actions.base_of(request))
        return go(request, reverse("job", args=[job.pk]))
