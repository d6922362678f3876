"""What a version of the charter says, as plain data: what people sign is the digest of this."""

from typing import Any

from governance.charter.models import Charter
from governance.core import digest


def content(charter: Charter) -> dict[str, Any]:
    """Return everything that is signed. People stand in it by their reference, so that erasing a name breaks no hash."""
    return {
        "number": charter.number,
        "title": charter.title,
        "owner": charter.owner.ref,
        "next_review_on": charter.next_review_on.isoformat() if charter.next_review_on else None,
        "sections": charter.sections,
        "drafted": charter.drafted,
    }


def fingerprint(charter: Charter) -> str:
    """Return the SHA-256 that approvers sign."""
    return digest.digest(content(charter))
