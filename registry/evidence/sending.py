"""How a kept file leaves: always as a download, never as a page.

Whatever somebody handed in, a browser must not take it for a part of this site: it is sent as an attachment, under the
type that its content has (or as plain bytes where it could act), with sniffing off and a policy that allows nothing.
"""

from base64 import b64encode

from django.http import FileResponse, HttpResponseBase

from governance.core.errors import NotVisible
from registry.evidence import storage
from registry.evidence.models import Evidence
from registry.evidence.sniffing import UNKNOWN, could_act, known

POLICY = "default-src 'none'; sandbox"


def send(evidence: Evidence) -> HttpResponseBase:
    """Answer a file, once its hash was computed again and is the recorded one. Raises NotVisible, Unavailable."""
    if evidence.blob is None:
        raise NotVisible("This evidence is no file.", fix="Open its link or its record instead.")
    found = known(evidence.blob.media_type)
    plain = UNKNOWN.media_type if could_act(evidence.file_name, found) else found.media_type
    file = storage.take(evidence.blob.stored_as, evidence.digest)
    response = FileResponse(file, as_attachment=True, filename=evidence.file_name, content_type=plain)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Repr-Digest"] = _repr_digest(evidence.digest)
    return response


def _repr_digest(digest: str) -> str:
    """Write a SHA-256 as RFC 9530 does."""
    return f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"
