"""Blinded tags: what an entry concerns, said so that only who is told a thing's salt can see which entries concern it.

A thing's salt is HMAC-SHA-256(blinding, "type:id"), its tag the first 16 bytes of SHA-256(salt || "type:id"). The tags
are fixed when the entry is written. Whoever is shown the heads of all entries and the salts of some things finds every
entry about those things, learns that none is missing, and learns nothing about the others: without a salt a tag cannot
be told from chance. `blinding` is one secret for each log and never leaves the database.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

TAG_BYTES = 16
_known: dict[str, str] = {}


def salt(type_: str, id_: Any) -> str:
    """Return a thing's salt as 64 hex digits: whoever is told it can find the entries about that thing."""
    return _salt(blinding(), f"{type_}:{id_}").hex()


def tag(type_: str, id_: Any) -> str:
    """Return a thing's tag as 32 hex digits."""
    return _tag(blinding(), f"{type_}:{id_}")


def about(secret: str, things: Iterable[tuple[str, str]]) -> str:
    """Return the tags of things under a log's blinding: each once, in order of the tags, with spaces between."""
    return " ".join(sorted({_tag(secret, f"{type_}:{id_}") for type_, id_ in things}))


def blinding() -> str:
    """Return this log's blinding secret; founds the log when it has none yet."""
    if "blinding" not in _known:
        remember(found().blinding)
    return _known["blinding"]


def remember(secret: str) -> None:
    """Keep the log's blinding for this process."""
    if _known.get("blinding") != secret:
        _known["blinding"] = secret


def found() -> Any:
    """Return the log's identity, made when there is none: its name for the world, and its blinding."""
    from governance.ledger.journal import LOCK_KEY
    from governance.ledger.models import LedgerIdentity

    held = LedgerIdentity.objects.order_by("pk").first()
    if held is not None:
        return held
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        held = LedgerIdentity.objects.order_by("pk").first()
        return held or LedgerIdentity.objects.create(pk=1, origin=new_origin(), blinding=secrets.token_hex(32))


def new_origin() -> str:
    """Return a name for a new log: a schema-less address, as C2SP recommends, and four random bytes."""
    host = urlsplit(settings.BASE_URL).netloc or "plumbline.local"
    return f"{host.rpartition('@')[2]}/ledger/{secrets.token_hex(4)}"


@lru_cache(maxsize=20_000)
def _tag(secret: str, thing: str) -> str:
    return hashlib.sha256(_salt(secret, thing) + thing.encode()).digest()[:TAG_BYTES].hex()


def _salt(secret: str, thing: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), thing.encode(), "sha256")
