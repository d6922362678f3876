"""Reads of documents; `visible_to` is the only door, except for the public check by code."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from governance.core import company
from governance.core.contributions import DocumentKind, contributed, contribution
from governance.core.errors import NotVisible
from governance.documents import codes, rules
from governance.documents.models import Document, SigningCertificate
from governance.people import periods, roles


def visible_to(user: Any) -> QuerySet[Document]:
    """Return the documents a person may see: those about what they may see now, kind by kind."""
    documents = Document.objects.select_related("made_by", "certificate").defer("source")
    if not user.is_authenticated or not user.is_active:
        return documents.none()
    if roles.reads_all(user):
        return documents
    seen = Q(pk__in=[])
    for kind in contributed(DocumentKind):
        seen |= Q(kind=kind.key, subject_id__in=kind.seen(user))
    return periods.during(documents.filter(seen), user, "made_at")


def get(user: Any, code: str) -> Document:
    """Return one document by its code. Raises NotVisible."""
    found = visible_to(user).filter(code=codes.as_typed(code)).first()
    if found is None:
        raise NotVisible("There is no such document, or you may not see it.", fix="Anybody can check a document by its code.")
    return found


def of_subject(kind: str | tuple[str, ...], subject: Any) -> QuerySet[Document]:
    """Return the documents of one kind, or of several, about one thing, newest first."""
    kinds = (kind,) if isinstance(kind, str) else kind
    return Document.objects.filter(kind__in=kinds, subject_id=str(subject.pk)).select_related("made_by").defer("source")


def newest(document: Document) -> Document | None:
    """Return the newest document of the same kind and subject."""
    return Document.objects.filter(kind=document.kind, subject_id=document.subject_id).defer("source").order_by("-number").first()


def kind_named(key: str) -> DocumentKind:
    """Return a kind of document. Raises NotVisible for an unknown one."""
    try:
        return contribution(DocumentKind, key)
    except LookupError:
        known = ", ".join(kind.key for kind in contributed(DocumentKind))
        raise NotVisible(f"There is no kind of document called {key[:40]!r}.", fix=f"There are: {known}.") from None


def subject_of(kind: DocumentKind, key: str, user: Any) -> Any:
    """Return what a document would be about, if the person may see it. Raises NotVisible."""
    try:
        subject = kind.load(key)
    except (ObjectDoesNotExist, ValueError, OverflowError):
        subject = None
    if subject is None or not rules.may_request(user, kind, subject):
        raise NotVisible(
            f"There is nothing called {key[:40]!r} that you can see.", fix="Check its key, or ask its owner to share it."
        )
    return subject


def checked(code: str) -> dict[str, Any] | None:
    """Return what anybody who holds a code may know of the document, or None for a code that was never given."""
    found = Document.objects.filter(code=codes.as_typed(code)[:20])
    document = found.select_related("certificate").defer("source").first()
    if document is None:
        return None
    newer = rules.superseded_by(document, newest(document))
    return {
        "code": codes.spoken(document.code),
        "kind": kind_named(document.kind).label,
        "title": document.title if company.current().public_titles else "",
        "made_at": document.made_at,
        "pages": document.pages,
        "size": document.size,
        "source_digest": document.source_digest,
        "file_digest": document.file_digest,
        "ledger_seq": document.ledger_seq,
        "superseded_at": newer.made_at if newer else None,
        "same_source": bool(newer and newer.source_digest == document.source_digest),
        "signature": _signature(document),
    }


def _signature(document: Document) -> dict[str, Any] | None:
    """Return what a document is signed with, and the hash of what was signed; None where it is not signed."""
    certificate = document.certificate
    if certificate is None:
        return None
    return {
        "certificate": certificate.fingerprint,
        "subject": certificate.subject,
        "own": certificate.own,
        "not_after": certificate.not_after,
        "stamped": document.stamped,
        "unsigned_digest": document.unsigned_digest,
        "unsigned_size": document.unsigned_size,
    }


def certificates() -> str:
    """Return all certificates that documents were ever signed with, newest first, as PEM."""
    return "".join(SigningCertificate.objects.values_list("pem", flat=True))
