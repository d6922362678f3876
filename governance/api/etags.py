"""ETags are row versions: `"v7"` is what one read, and what one must still find when one writes."""

import re
from typing import Any

from rest_framework.request import Request

from governance.api.errors import BadParameters, PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_VERSION = re.compile(r"v(\d{1,18})")


def etag_of(obj: Any) -> str | None:
    """Return the ETag of an object, or None when its kind has no versions."""
    version = getattr(obj, "version", None)
    return f'"v{version}"' if isinstance(version, int) else None


def unchanged(request: Request, tag: str | None) -> bool:
    """Whether the reader already has this version (If-None-Match)."""
    given = request.headers.get("If-None-Match") or ""
    return bool(tag and given) and (given.strip() == "*" or str(tag).strip('"') in _TAG.findall(given))


def expected_version(request: Request, obj: Any, *, required: bool) -> int | None:
    """Return the version that the writer read, from If-Match, or None where the writer does not say and need not.

    Weak tags count as well, because proxies that compress weaken ours. Raises PreconditionRequired when the header is
    missing and required, PreconditionFailed when the object is no longer at that version.
    """
    tag = etag_of(obj)
    if tag is None:
        return None
    given = (request.headers.get("If-Match") or "").strip()
    if not given:
        if required:
            raise PreconditionRequired(
                "This change needs to say which version it changes.", fix=f"Send `If-Match: {tag}` if you have read it so."
            )
        return None
    if given == "*":
        return int(obj.version)
    versions = _TAG.findall(given)
    if not versions or not all(_VERSION.fullmatch(version) for version in versions):
        raise BadParameters("If-Match cannot be read.", fields={"If-Match": [f"Send an ETag as you got it, such as {tag}."]})
    if tag.strip('"') not in versions:
        raise PreconditionFailed(
            f"It is now at version {obj.version}; you read {', '.join(versions)}.",
            fix="Read it again, apply your change to what it is now, and send its new ETag.",
        )
    return int(obj.version)
