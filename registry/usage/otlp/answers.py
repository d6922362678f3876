"""Answers as OTLP over HTTP shapes them: success, partial success, or a google.rpc.Status, in the form that was sent."""

import json
from collections import Counter
from collections.abc import Sequence

from django.http import HttpResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from registry.usage.calls import Refusal

PROTOBUF, JSON = "application/x-protobuf", "application/json"
LONGEST = 2000
"""Characters of a message: some exporters write it into one line of a log."""
CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 8, 415: 3, 429: 8, 500: 13, 503: 14}
"""HTTP status to the code of google.rpc.Status."""


def done(refused: Sequence[Refusal], given: int, *, kind: str) -> HttpResponse:
    """Answer that the delivery is durable, and which spans of it are refused and why: the sender must not repeat them."""
    if not refused:
        return HttpResponse(b"{}" if kind == JSON else b"", content_type=kind)
    message = explain(refused, given)
    if kind == JSON:
        body = {"partialSuccess": {"rejectedSpans": str(len(refused)), "errorMessage": message}}
        return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=kind)
    answer = ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = len(refused)
    answer.partial_success.error_message = message
    return HttpResponse(answer.SerializeToString(), content_type=kind)


def failed(status: int, message: str, *, kind: str, retry_after: int | None = None) -> HttpResponse:
    """Answer that nothing was stored. `retry_after` (seconds) goes with 429 and 503, which senders try again."""
    code, text = CODES.get(status, 2), message[:LONGEST]
    if kind == JSON:
        response = HttpResponse(json.dumps({"code": code, "message": text}, ensure_ascii=False), content_type=kind, status=status)
    else:
        response = HttpResponse(_status(code, text), content_type=PROTOBUF, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def explain(refused: Sequence[Refusal], given: int) -> str:
    """Say how many spans are refused, and for each reason how often, where first, and what to do."""
    counts = Counter(each.reason for each in refused)
    first = {each.reason: each for each in reversed(refused)}
    parts = [
        f"{reason} ({count}, first at span {first[reason].place + 1}): {first[reason].message}"
        for reason, count in counts.most_common()
    ]
    return f"{len(refused)} of {given} spans are refused. {' '.join(parts)}"[:LONGEST]


def _status(code: int, message: str) -> bytes:
    """Return google.rpc.Status as protobuf: `code` is field 1, `message` field 2 (its package is no dependency of ours)."""
    text = message.encode("utf-8", "replace")
    return b"\x08" + bytes([code]) + b"\x12" + _varint(len(text)) + text


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
