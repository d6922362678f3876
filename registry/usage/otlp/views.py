"""`POST /v1/traces`: a token of a source, a body, an answer once all is durable. No session, no page, no framework between."""

import json
import logging
import os
import threading
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from governance.api.throttling import AddressThrottle, limit_for, spend
from governance.core import clock
from governance.core.errors import Denied, Invalid, PlumblineError, TooLarge
from registry.usage import storing
from registry.usage.models import Way
from registry.usage.otlp import answers, bodies
from registry.usage.otlp.deliveries import Delivery, read_json, read_protobuf
from registry.usage.otlp.dialects import dialects
from registry.usage.otlp.values import BadSpan
from registry.usage.sources import doors

log = logging.getLogger(__name__)
WINDOW = 60  # seconds of a rate's window
SOON, LATER = 1, 5
"""Seconds after which a sender tries again: when others are being taken, when the database is away."""
PATIENCE = 0.25
"""Seconds that a delivery waits for its turn, so that pages always find a thread."""
_held: dict[int, threading.BoundedSemaphore] = {}


class Refused(Exception):
    """The whole delivery is refused: status, message, and after how many seconds to try again."""

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.retry_after = status, message, retry_after


@csrf_exempt  # a bearer token is all that counts here; there is no session to forge
def traces(request: HttpRequest) -> HttpResponse:
    """Take a delivery of spans. Answers 200 when what it accepts is durable, with what it refused (partial success)."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        return _take(request, kind)
    except Refused as error:
        response = answers.failed(error.status, error.message, kind=kind, retry_after=error.retry_after)
    except PlumblineError as error:
        response = answers.failed(error.status, str(error), kind=kind, retry_after=LATER if error.status == 503 else None)
    except (DatabaseError, InterfaceError):
        log.exception("observations could not be stored")
        response = answers.failed(503, "The observations could not be stored. Send them again.", kind=kind, retry_after=LATER)
    except Exception:
        log.exception("a delivery of spans broke")
        response = answers.failed(500, "This delivery could not be read or stored; the server's log says why.", kind=kind)
    if response.status_code == 405:
        response["Allow"] = "POST"
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Plumbline"'
    return response


def _take(request: HttpRequest, kind: str) -> HttpResponse:
    if request.method != "POST":
        raise Refused(405, "Spans are posted here: POST with a body of OTLP.")
    if kind not in (answers.PROTOBUF, answers.JSON):
        raise Refused(415, f"Send {answers.PROTOBUF} or {answers.JSON}.")
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity", "gzip"):
        raise Refused(415, "Send the body as it is, or packed by gzip.")
    sender = _sender(request)
    with _Turn():
        is_json = kind == answers.JSON
        body = bodies.read(request, most=bodies.limit(is_json=is_json))
        read = _read(body, is_json=is_json)
        if not read.given:
            return answers.done((), 0, kind=kind)
        stored = storing.store(
            read.calls, source=sender.source, sender=sender.user, way=Way.OTLP, received_at=clock.now(),
            refused=read.refused, others=read.others,
        )  # fmt: skip
    return answers.done(read.all_refused(stored.refused), read.given, kind=kind)


def _sender(request: HttpRequest) -> doors.Sender:
    """Return who sends. Raises Refused: 401 without a good token, 403 where it may not send here, 429 beyond its rate."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    window = int(clock.now().timestamp()) // WINDOW
    sender = doors.sender(secret.strip()) if scheme.lower() == "bearer" else None
    if sender is None:
        address = AddressThrottle().get_ident(request)  # type: ignore[arg-type]  # reads META alone
        if (most := limit_for("anonymous")) and not spend(f"anonymous:{address}", window, most):
            raise Refused(429, "Too many attempts without a good token.", WINDOW)
        raise Refused(401, "Send a source's token: Authorization: Bearer plumb_… (made on the source's page).")
    if (most := limit_for("usage")) and not spend(f"usage:{sender.token}", window, most):
        raise Refused(429, f"More than {most} deliveries in a minute. Send larger batches.", SOON)
    try:
        sender.require()
    except Denied as error:
        raise Refused(403, str(error)) from error
    return sender


def _read(body: bytes, *, is_json: bool) -> Delivery:
    try:
        if not is_json:
            return read_protobuf(ExportTraceServiceRequest.FromString(body), dialects())
        data: Any = json.loads(body) if body.strip() else {}
        if not isinstance(data, dict):
            raise Invalid("The body is no JSON object.", fix="Send an ExportTraceServiceRequest.")
        return read_json(data, dialects())
    except DecodeError as error:
        raise Invalid("The body is no ExportTraceServiceRequest in protobuf.", fix="Check the exporter's protocol.") from error
    except (RecursionError, MemoryError) as error:
        raise TooLarge("The body is nested too deeply.", fix="Send spans as exporters write them.") from error
    except ValueError as error:
        message = error.message if isinstance(error, BadSpan) else "The body is not valid JSON."
        raise Invalid(message, fix="Send an ExportTraceServiceRequest as OTLP says.") from error


class _Turn:
    """One of the places in this process for deliveries, fewer than it has threads: pages are answered beside them."""

    def __enter__(self) -> None:
        self._places = _held.setdefault(os.getpid(), threading.BoundedSemaphore(settings.OTLP_THREADS))
        if not self._places.acquire(timeout=PATIENCE):
            raise Refused(503, "Other deliveries are being taken. Send it again.", SOON)

    def __exit__(self, *error: object) -> None:
        self._places.release()
