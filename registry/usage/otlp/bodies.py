"""The body of a delivery: read whole, never more of it than is allowed, not even after it is unpacked.

Chunked bodies are read as well: some exporters send them, and Django alone reads nothing where no length is said.
"""

import zlib
from typing import Any, BinaryIO

from django.conf import settings
from django.http import HttpRequest

from governance.core.errors import Invalid, TooLarge

CHUNK = 64 * 1024
GZIP = 31  # zlib's window bits for a gzip header and trailer
JSON_SHARE = 4
"""JSON takes many times its size once it is read; so a quarter of the limit holds for it."""


def limit(*, is_json: bool) -> int:
    """Return how many bytes a delivery may have, packed or unpacked (PLUMBLINE_OTLP_MAX_MIB)."""
    whole = settings.OTLP_MAX_BYTES
    return int(whole // JSON_SHARE if is_json else whole)


def read(request: HttpRequest, *, most: int) -> bytes:
    """Return the body, unpacked where it is gzip.

    Raises TooLarge beyond `most` bytes, Invalid for a body that cannot be unpacked or was cut short.
    """
    stream, length = _stream(request)
    if length is not None and length > most:
        raise _too_large(most)
    packed = request.headers.get("Content-Encoding", "").strip().lower() == "gzip"
    body = _unpacked(stream, most) if packed else _plain(stream, most)
    return body


def _stream(request: HttpRequest) -> tuple[Any, int | None]:
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if chunked and request.META.get("wsgi.input_terminated"):
        return request.META["wsgi.input"], None
    return request, int(request.META.get("CONTENT_LENGTH") or 0)


def _chunks(stream: BinaryIO, most: int) -> Any:
    taken = 0
    while True:
        try:
            chunk = stream.read(CHUNK)
        except OSError as error:
            raise Invalid("The body ended before it was complete.", fix="Send it again.") from error
        if not chunk:
            return
        taken += len(chunk)
        if taken > most:
            raise _too_large(most)
        yield chunk


def _plain(stream: BinaryIO, most: int) -> bytes:
    return b"".join(_chunks(stream, most))


def _unpacked(stream: BinaryIO, most: int) -> bytes:
    """Unpack piece by piece, so that a small body that unpacks to a huge one is stopped at the limit. Members may follow."""
    parts: list[bytes] = []
    size, packed = 0, zlib.decompressobj(GZIP)
    begun = False
    for chunk in _chunks(stream, most):
        data = chunk
        while data:
            if packed.eof:
                packed = zlib.decompressobj(GZIP)
            try:
                part = packed.decompress(data, most - size + 1)
            except zlib.error as error:
                raise Invalid("The body is not gzip as its header says.", fix="Send it packed, or without the header.") from error
            begun = True
            size += len(part)
            if size > most:
                raise _too_large(most)
            parts.append(part)
            data = packed.unused_data if packed.eof else packed.unconsumed_tail
    if begun and not packed.eof:
        raise Invalid("The packed body ends before it is complete.", fix="Send it again.")
    return b"".join(parts)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"More than {most / 2**20:g} MiB were sent.", fix="Send smaller batches.")
