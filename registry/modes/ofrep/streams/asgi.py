"""The process that streams: `uvicorn registry.modes.ofrep.streams.asgi:application`.

Answers GET /ofrep/v1/events with `text/event-stream`, and /health/live and /health/ready. Nothing else, and no cookie.
"""

import asyncio
import json
import os
import resource
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

from governance.core.errors import PlumblineError
from registry.modes.ofrep.streams import tickets
from registry.modes.ofrep.streams.hub import Hub
from registry.modes.ofrep.streams.watching import Watch

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

KEEP_ALIVE = 15.0  # seconds of silence after which a comment keeps proxies from closing the connection
RETRY = 2000  # milliseconds after which a browser comes back
LONGEST = 24 * 3600.0  # seconds after which a stream ends; the browser comes back with an address that still holds
MOST = 10_000
SPARE = 64  # files that are no streams
CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-allow-headers", b"last-event-id, cache-control")]
STREAM = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    *CORS,
]


class Unavailable(PlumblineError):
    """No stream can be opened now."""

    status, code = 503, "unavailable"


class Application:
    """The ASGI application; one hub for all who listen."""

    def __init__(self, hub: Hub, most: int = MOST, keep_alive: float = KEEP_ALIVE) -> None:
        self.hub, self.most, self.keep_alive = hub, most, keep_alive

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection, or the process' own start and end."""
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "http":
            await self.answer(scope, receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        """Start and stop the hub with the process."""
        while (await receive())["type"] == "lifespan.startup":
            self.most = min(self.most, files() - SPARE)
            await self.hub.start()
            await send({"type": "lifespan.startup.complete"})
        await self.hub.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def answer(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Find out what is asked for."""
        path, method = scope["path"], scope["method"]
        try:
            if path == "/health/live":
                await reply(send, 200, {"status": "up"})
            elif path == "/health/ready":
                await self.ready(send)
            elif path != tickets.PATH:
                await reply(send, 404, problem(404, "not-found", "Nothing is here.", f"Streams are at {tickets.PATH}."))
            elif method == "OPTIONS":
                await reply(send, 204, None)
            elif method != "GET":
                await reply(send, 405, problem(405, "method-not-allowed", "A stream is read with GET.", ""))
            else:
                self.admit(scope)
                await self.stream(scope, receive, send)
        except PlumblineError as error:
            await reply(send, error.status, problem(error.status, error.code, error.message, error.fix))

    async def ready(self, send: Send) -> None:
        """Say whether who listens can rely on being told."""
        blind = self.hub.is_blind
        said = {"status": "not ready" if blind else "ready", "listening": self.hub.listening, "problem": self.hub.problem}
        await reply(send, 503 if blind else 200, said)

    def admit(self, scope: Mapping[str, Any]) -> None:
        """Let a ticket in. Raises Refused for a bad one, Unavailable when full or blind."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        tickets.read(next(iter(asked.get("ticket", [])), ""), time.time())
        if self.hub.is_blind:
            raise Unavailable("What modes stand at cannot be read now.", fix="Go on polling; come back later.")
        if self.hub.listening >= self.most:
            raise Unavailable("As many streams are open as this process can keep.", fix="Go on polling; come back later.")

    async def stream(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Tell a listener of every move until it goes away."""
        known = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
        self.hub.listening += 1
        gone = asyncio.create_task(left(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM})
            telling = asyncio.create_task(self.tell(known, send))
            done, _ = await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
            if telling in done:
                await telling
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                telling.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await telling
        finally:
            gone.cancel()
            self.hub.listening -= 1

    async def tell(self, known: str, send: Send) -> None:
        """Send an event for each move, and a comment when nothing moved for a while. Ends when nobody may rely on it."""
        ends = time.monotonic() + LONGEST
        stamp = self.hub.stamp
        await part(send, f"retry: {RETRY}\nid: {stamp}\n\n")
        if known and known != stamp:  # it moved while the listener was away
            await part(send, event(stamp))
        while time.monotonic() < ends and not self.hub.is_blind:
            now = await self.hub.moved_from(stamp, self.keep_alive)
            await part(send, event(now) if now != stamp else ": \n\n")
            stamp = now


def event(stamp: str) -> str:
    """Return the event that makes a provider ask again, as OFREP shapes it."""
    data = json.dumps({"type": "refetchEvaluation", "lastModified": int(time.time())}, separators=(",", ":"))
    return f"id: {stamp}\ndata: {data}\n\n"


async def part(send: Send, words: str) -> None:
    """Send a part of a stream."""
    await send({"type": "http.response.body", "body": words.encode(), "more_body": True})


async def left(receive: Receive) -> None:
    """Return when the other side is gone."""
    while (await receive())["type"] != "http.disconnect":
        continue


def problem(status: int, code: str, message: str, fix: str) -> dict[str, Any]:
    """Return an error as the API shapes it (RFC 9457)."""
    return {"type": "about:blank", "title": message, "status": status, "code": code, "fix": fix}


async def reply(send: Send, status: int, body: Mapping[str, Any] | None) -> None:
    """Answer something that is no stream."""
    kind = b"application/problem+json" if status >= 400 else b"application/json"
    content = b"" if body is None else json.dumps(body).encode()
    length = [] if body is None else [(b"content-length", str(len(content)).encode())]
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), *length, *CORS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def files() -> int:
    """Let this process open as many files as it may, for each stream is one; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE if hard == resource.RLIM_INFINITY else min(hard, MOST + SPARE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return wanted if soft == resource.RLIM_INFINITY else soft


application = Application(Hub(Watch().read))
