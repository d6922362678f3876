"""The job that makes a document. Killed anywhere, it starts again and leaves one whole document or none."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import DocumentKind
from governance.core.errors import Conflict, NotVisible
from governance.core.models import Job
from governance.documents import actions, codes, frame, queries, rendering, signing, storage
from governance.documents.models import Document
from governance.ledger import queries as ledger
from governance.people.models import User

log = logging.getLogger("plumbline.documents")
STEPS = 4
ATTEMPTS = 3


def make(job: Job, progress: Callable[..., None]) -> dict[str, Any]:
    """Read, set, store, record. The row comes last and names the job, so that a second run finds the first one's work."""
    done = Document.objects.filter(job=str(job.pk)).first()
    if done is not None:
        return result_of(done)
    if job.owner is None:
        raise NotVisible("Nobody asked for this document.")
    kind = queries.kind_named(job.args["kind"])
    subject = queries.subject_of(kind, job.args["subject"], job.owner)
    progress(0, STEPS, "Reading what is held")
    head = ledger.head()
    source = frame.freeze(kind.context(subject, job.owner), head.seq if head else 0)
    progress(1, STEPS, "Setting the pages")
    document, data = typeset(job, kind, subject, source)
    progress(2, STEPS, "Storing the file")
    document.file = storage.put(document.code, data)
    progress(3, STEPS, "Recording it")
    return result_of(record(document, kind, subject, job.owner))


def typeset(job: Job, kind: DocumentKind, subject: Any, source: frame.Source) -> tuple[Document, bytes]:
    """Print the document. Returns its row, not stored yet, and its bytes."""
    made, code = clock.now().replace(microsecond=0), codes.new_code()
    title = (kind.title(subject) if kind.title else f"{kind.label}: {subject}")[:400]
    context = {
        **source.data,
        "doc": frame.frame(kind, title, source, code=code, made=made, base=job.args.get("base", "")),
    }
    files = [rendering.attach(frame.ATTACHMENT, source.data, "What this document was made from, as canonical JSON")]
    printed = rendering.fit(kind.template, context, made=made, pages=kind.pages, attachments=files)
    if printed.missing:
        log.warning("document %s: no font here has %s; `fonts-noto-core` has most scripts", code, printed.missing)
    document = Document(
        code=code,
        kind=kind.key,
        subject_id=str(subject.pk),
        subject_key=str(getattr(subject, "key", "")),
        title=title,
        source=source.data,
        source_digest=source.digest,
        file_digest=printed.sha256,
        size=len(printed.data),
        pages=printed.pages,
        ledger_seq=source.seq,
        made_by=job.owner,
        made_at=made,
        job=str(job.pk),
    )
    return document, _signed(document, printed.data) if settings.SIGN_DOCUMENTS else printed.data


def _signed(document: Document, data: bytes) -> bytes:
    """Sign a document's bytes, where the company wishes it, and note in its row what with."""
    reason = f"Made from data with the SHA-256 {document.source_digest}"
    signed, told = signing.sign_bytes(data, reason=reason, moment=document.made_at)
    document.file_digest, document.size = told.sha256, told.size
    document.unsigned_digest, document.unsigned_size = told.unsigned_sha256, told.unsigned_size
    document.certificate, document.stamped = told.certificate, told.stamped
    return signed


def record(document: Document, kind: DocumentKind, subject: Any, owner: User) -> Document:
    """Write the row. Another document of the same subject may take the number first; another worker may have been here."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return actions.keep(document, kind, subject, actor=owner)
        except Conflict:
            document.pk = None
            mine = Document.objects.filter(job=document.job).first()
            if mine is not None:
                storage.discard(document.file)
                return mine
            if attempt == ATTEMPTS:
                storage.discard(document.file)
                raise
    raise AssertionError("unreachable")


def result_of(document: Document) -> dict[str, Any]:
    """Return what the job's page offers at its end."""
    return {
        "document": document.code,
        "url": reverse("document-file", args=[document.code]),
        "label": "Open the document",
        "sha256": document.file_digest,
    }


def tidy(job: Job, progress: Callable[..., None]) -> dict[str, int]:
    """Remove files that a worker left when it died before recording them."""
    claimed, removed = set(Document.objects.values_list("file", flat=True)), 0
    for name in storage.unclaimed(claimed, clock.now()):
        storage.discard(name)
        removed += 1
        progress(removed, 0, name)
    return {"removed": removed}
