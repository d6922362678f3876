"""How a kept file leaves: always as a download, never as a page.

Whatever somebody handed in, a browser must not take it for a part of this site: it is sent as an attachment, under the
type that its content has (or as plain bytes where it could act), with sniffing off and a policy that allows nothing.
"""

from base64 import b64encode

from django.http import FileResponse, HttpResponseBase

from governance.core.errors import NotVisible
from governance.core.leaving import leaves
from registry.evidence import storage
from registry.evidence.models import Blob, Evidence
from registry.evidence.sniffing import UNKNOWN, could_act, known

POLICY = "default-src 'none'; sandbox"


def send(evidence: Evidence) -> HttpResponseBase:
    """Answer the file of a piece of evidence. Raises NotVisible when it is none, Unavailable as `send_blob` does."""
    if evidence.blob is None:
        raise NotVisible("This evidence is no file.", fix="Open its link or its record instead.")
    return leaves(send_blob(evidence.blob, evidence.file_name), evidence.title or evidence.file_name, about=(evidence,))


def send_blob(blob: Blob, file_name: str) -> HttpResponseBase:
    """Answer a kept file under a name, once its hash was computed again and is the recorded one. Raises Unavailable."""
    found = known(blob.media_type)
    plain = UNKNOWN.media_type if could_act(file_name, found) else found.media_type
    file = storage.take(blob.stored_as, blob.digest)
    response = FileResponse(file, as_attachment=True, filename=file_name, content_type=plain)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Repr-Digest"] = _repr_digest(blob.digest)
    return response


def _repr_digest(digest: str) -> str:
    """Write a SHA-256 as RFC 9530 does."""
    return f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"
