"""What every page of a document carries: heads, feet, its hash and the way to check it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from governance.core import company, digest
from governance.core.contributions import DocumentKind
from governance.documents import codes

ATTACHMENT = "source.json"


@dataclass(frozen=True)
class Source:
    """What a document is made from: plain data, exactly as it is embedded, and its digest."""

    data: dict[str, Any]
    digest: str
    seq: int


def freeze(context: Mapping[str, Any], seq: int) -> Source:
    """Turn a kind's data into what is embedded; the page is set from this and nothing else."""
    body = digest.canonical(dict(context))
    return Source(json.loads(body), digest.sha256(body), seq)


def base_url(given: str) -> str:
    """Return the address under which this installation is reached: the set one, else that of the request."""
    return settings.BASE_URL or given.rstrip("/") or "http://localhost"


def frame(kind: DocumentKind, title: str, source: Source, *, code: str, made: datetime, base: str) -> dict[str, Any]:
    """Return the `doc` of a document's template."""
    own = company.current()
    url = base_url(base) + reverse("check", args=[codes.spoken(code)])
    label = source.data.get("head") or kind.label
    return {
        "title": title,
        "company": str(own),
        "kind": kind.label,
        "head": f"{own} · {label}",
        "classification": source.data.get("classification") or own.classification,
        "foot": f"source {source.digest[:12]}… · ledger {source.seq:,} · made {made:%Y-%m-%d %H:%M} UTC",
        "made": made.replace(microsecond=0).isoformat(),
        "source": source.digest,
        "attachment": ATTACHMENT,
        "check_url": url,
        "check_address": url.split("://", 1)[-1],
    }
