"""The only writers of documents: ask for one, and keep one that was made."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest

from governance.core import clock, jobs
from governance.core.contributions import DocumentKind
from governance.core.errors import Conflict
from governance.core.models import Job
from governance.core.verdict import require
from governance.documents import queries, rules
from governance.documents.certificates import Identity
from governance.documents.models import Document, SigningCertificate
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User

MAKE = "documents.make"


def request_document(kind_key: str, subject: Any, *, actor: User, base: str = "", key: str = "") -> Job:
    """Ask for a document; a worker makes it. Raises Denied when the person may not see the subject.

    The same `key` returns the same job, so that a button pressed twice makes one document.
    """
    kind = queries.kind_named(kind_key)
    require(rules.may_request(actor, kind, subject))
    args = {"kind": kind.key, "subject": str(subject.pk), "base": base}
    return jobs.enqueue(MAKE, args=args, key=key, owner=actor, label=f"{kind.label} of {subject}"[:400])


def base_of(request: HttpRequest) -> str:
    """Return the address under which a request reached us, for the check code."""
    return request.build_absolute_uri("/").rstrip("/")


@action
def keep(document: Document, kind: DocumentKind, subject: Any, *, actor: User) -> Document:
    """Record a document whose file is stored: its row and its ledger entry at once, under the next number."""
    known = Document.objects.filter(kind=kind.key, subject_id=document.subject_id)
    document.number = (known.aggregate(last=Max("number"))["last"] or 0) + 1
    told = {
        "title": document.title,
        "number": document.number,
        "document": document.code,
        "subject": document.subject_key,
        "source": document.source_digest,
        "file": document.file_digest,
        "pages": document.pages,
    }
    if document.certificate is not None:
        told |= {"certificate": document.certificate.fingerprint, "unsigned": document.unsigned_digest}
    return transitions.create(document, actor=actor, kind="document.made", payload=told, touches=(subject,))


def certificate_used(identity: Identity, *, actor: User) -> SigningCertificate:
    """Return the record of a certificate, made before it signs for the first time."""
    known = SigningCertificate.objects.filter(fingerprint=identity.fingerprint)
    try:
        return known.first() or _certificate_used(identity, actor=actor)
    except Conflict:  # another worker signs its first document at this moment
        return known.get()


@action
def _certificate_used(identity: Identity, *, actor: User) -> SigningCertificate:
    certificate = SigningCertificate(
        fingerprint=identity.fingerprint,
        subject=identity.subject,
        pem=identity.pem,
        own=identity.own,
        not_before=identity.certificate.not_valid_before_utc,
        not_after=identity.certificate.not_valid_after_utc,
        first_used_at=clock.now(),
    )
    told = {
        "fingerprint": identity.fingerprint,
        "subject": identity.subject,
        "until": certificate.not_after.date(),
        "own": identity.own,
    }
    return transitions.create(certificate, actor=actor, kind="certificate.used", payload=told)
