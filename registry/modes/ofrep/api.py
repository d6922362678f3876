"""The HTTPS binding of OFREP 0.3: one flag, and all flags with ETag and 304.

A bearer token with the scope decisions:read and nothing else: no session, so nothing to forge. The answers are of the
standard's shape and so not part of the OpenAPI document.
"""

import json
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api.authentication import BearerAuthentication
from governance.api.base import ApiView
from governance.api.etags import unchanged
from governance.api.throttling import CallerThrottle
from governance.core import clock
from governance.core.errors import NotVisible
from registry.modes.ofrep import errors, flags, queries
from registry.modes.ofrep.kept import Kept
from registry.modes.ofrep.streams import tickets

SCOPES = ("decisions:read",)
MOST_NAMED = 1000  # surfaces that a context may name
MINUTE = 60  # seconds after which an answer is made anew in any case: delegations begin and end with time alone
_kept = Kept()


class FlagThrottle(CallerThrottle):
    """SDKs ask about every call, so they share the limit of decisions (PLUMBLINE_RATE_DECISIONS)."""

    def caller(self, request: Request) -> tuple[str, str]:
        """Return the token."""
        kind, ident = super().caller(request)
        return ("decision" if kind == "token" else kind), ident


class FlagView(ApiView):
    """Base of what answers flags."""

    authentication_classes = (BearerAuthentication,)
    throttle_classes = (FlagThrottle,)
    required_scopes: ClassVar[Mapping[str, tuple[str, ...]]] = {"read": SCOPES, "write": SCOPES}
    schema = None  # type: ignore[assignment]

    def get_exception_handler(self) -> Callable[..., Response]:
        """Answer errors as the standard shapes them."""
        return errors.handle


def context_of(request: Request) -> Mapping[str, Any]:
    """Return the evaluation context; without one, an empty one, for no answer depends on it. Raises InvalidContext."""
    body: Any = request.data or {}
    context = body.get("context", {}) if isinstance(body, dict) else None
    if not isinstance(context, dict):
        raise errors.InvalidContext("The context is not an object.", fix='Send {"context": {"targetingKey": "..."}}.')
    return context


class OneFlag(FlagView):
    """One flag: a surface's mode, or whether one thing may be done in it."""

    def post(self, request: Request, key: str) -> HttpResponse:
        """Answer it."""
        context_of(request)
        answer = _kept.get((key, *rests_on(request)), lambda: one_body(request.user, key))
        return HttpResponse(answer.body, content_type="application/json")


class AllFlags(FlagView):
    """All flags that the caller may see; `surfaces` in the context narrows them to those of some surfaces."""

    def known_parameters(self) -> Sequence[str]:
        """Take what OFREP lets a caller add when an event told it to ask again; the answer is made anew anyway."""
        return ("flagConfigEtag", "flagConfigLastModified")

    def post(self, request: Request) -> HttpResponse:
        """Answer them, or 304 where the caller has them already."""
        numbers = named_in(context_of(request))
        answer = _kept.get((numbers, *rests_on(request)), lambda: all_bodies(request.user, numbers))
        bare = request.headers.get("If-None-Match", "").strip() == answer.etag.strip('"')  # as the standard's examples send it
        if bare or unchanged(request, answer.etag):
            return HttpResponseNotModified(headers={"ETag": answer.etag})
        return HttpResponse(answer.body, content_type="application/json", headers={"ETag": answer.etag})


def named_in(context: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return the numbers of the surfaces that a context names, or None for all. Raises InvalidContext."""
    named = context.get("surfaces")
    if named is None:
        return None
    if not isinstance(named, list) or len(named) > MOST_NAMED or not all(isinstance(key, str) for key in named):
        raise errors.InvalidContext("“surfaces” is not a list of keys.", fix=f'Name at most {MOST_NAMED}, as ["S-0418"].')
    found = (flags.read_key(key) for key in named)
    return tuple(sorted({each[0] for each in found if each}))


def rests_on(request: Request) -> tuple[Hashable, ...]:
    """Return what an answer rests on: who asks, what the ledger holds, and the minute, for what time alone brings about."""
    return (request.user.pk, int(clock.now().timestamp()) // MINUTE, *queries.stamp())


def one_body(user: Any, key: str) -> bytes:
    """Return the bytes of one answer. Raises NotVisible."""
    wanted = flags.read_key(key)
    row = queries.row(user, wanted[0]) if wanted else None
    if wanted is None or row is None:
        raise NotVisible(f"There is no flag {key[:60]} that you can see.", fix="Flags are S-0418, S-0418.tools and so on.")
    return _bytes(flags.one(row, wanted[1]))


def all_bodies(user: Any, numbers: Collection[int] | None) -> bytes:
    """Return the bytes of a bulk answer, with where to be told that it moved."""
    answer: dict[str, Any] = {"flags": [each for row in queries.rows(user, numbers) for each in flags.every(row)]}
    if settings.STREAMS_URL:
        answer["eventStreams"] = [tickets.stream(settings.STREAMS_URL, user.pk, clock.now().timestamp())]
    return _bytes(answer)


def _bytes(answer: Any) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()
