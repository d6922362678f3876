"""Idempotency-Key: a POST that is sent again is answered again, not done again.

The answer is stored in the transaction of the action itself. A process that dies in the middle therefore leaves
neither, and whoever repeats the request after its claim has run out does it for the first time.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.errors import KeyInUse, KeyReused, from_fields
from governance.api.models import IdempotencyKey
from governance.core import clock
from governance.core.errors import Conflict

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)
CLAIM_HOLDS = timedelta(minutes=2)
_KEPT_HEADERS = ("ETag", "Location", "Link")


def once(request: Request, work: Callable[[], Response], *, secret: bool = False) -> HttpResponse:
    """Do the work once for the request's key, and answer repeated requests with what was answered first.

    A `secret` answer (a token that is shown once) is never stored; its repetition is refused. A refused request leaves
    no trace, so that it can be corrected and sent under the same key. Raises KeyInUse, KeyReused, Conflict.
    """
    key = _key(request)
    if key is None or not request.user.is_authenticated:
        return work()
    fingerprint = fingerprint_of(request)
    row = _claim(request.user, key, fingerprint)
    if row.status is not None:
        return _replay(row)
    try:
        with transaction.atomic():
            response = work()
            _store(row, response, secret=secret)
    except BaseException:
        IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim, status=None).delete()
        raise
    return response


def fingerprint_of(request: Request) -> str:
    """Return a digest of what is asked: method, address and body, the last by meaning and not by its bytes."""
    hasher = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data = request.data
    if hasattr(data, "lists"):
        for name, values in sorted(data.lists()):
            for value in values:
                hasher.update(f"{name}\x1f".encode())
                _add(hasher, value)
    else:
        hasher.update(json.dumps(data, sort_keys=True, separators=(",", ":")).encode())
    return hasher.hexdigest()


def _add(hasher: Any, value: Any) -> None:
    if isinstance(value, UploadedFile):
        hasher.update(f"{value.name}\x1f{value.size}\x1f".encode())
        for chunk in value.chunks():
            hasher.update(chunk)
        value.seek(0)
    else:
        hasher.update(f"{value}\x1e".encode())


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise from_fields(
            "The Idempotency-Key cannot be used.", {HEADER: "Give 1 to 255 printable ASCII characters, such as a UUID."}
        )
    return key


def _claim(user: Any, key: str, fingerprint: str) -> IdempotencyKey:
    """Take the key, or return its finished row. The unique constraint decides between two at the same instant."""
    now = clock.now()
    IdempotencyKey.objects.filter(user=user, expires_at__lt=now).delete()
    mine = uuid.uuid4().hex
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user=user, key=key, fingerprint=fingerprint, claim=mine, claimed_at=now, expires_at=now + KEPT_FOR
            )
    except IntegrityError:
        row = IdempotencyKey.objects.filter(user=user, key=key).first()
    if row is None:
        raise _in_use()
    if row.fingerprint != fingerprint:
        raise KeyReused(
            "This Idempotency-Key was first sent with another method, address or body.", fix="Use a new key for a new request."
        )
    if row.status is not None:
        return row
    left_over = IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim, status=None, claimed_at__lt=now - CLAIM_HOLDS)
    if not left_over.update(claim=mine, claimed_at=now):
        raise _in_use()
    row.claim = mine
    return row


def _in_use() -> KeyInUse:
    return KeyInUse("The first request with this Idempotency-Key is still running.", fix="Send it again in a moment.")


def _store(row: IdempotencyKey, response: Response, *, secret: bool) -> None:
    body = "" if secret or response.data is None else JSONRenderer().render(response.data).decode()
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    mine = IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim, status=None)
    if not mine.update(status=response.status_code, headers=headers, body=body, withheld=secret):
        raise _in_use()


def _replay(row: IdempotencyKey) -> HttpResponse:
    if row.withheld:
        raise Conflict(
            "This request was done before. Its answer held a secret that is shown once, and was not kept.",
            fix="Look at what was made, revoke it, and make a new one under a new key.",
        )
    response = HttpResponse(row.body, status=row.status, content_type="application/json" if row.body else None)
    for name, value in {**row.headers, REPLAYED: "true"}.items():
        response[name] = value
    return response
