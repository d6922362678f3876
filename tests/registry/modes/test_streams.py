"""Server-sent events: who is let in, who is told, and the real web provider that never polls."""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection

from registry.modes import actions
from registry.modes.ofrep.streams import tickets
from registry.modes.ofrep.streams.asgi import Application
from registry.modes.ofrep.streams.hub import Hub
from registry.modes.ofrep.streams.watching import Watch
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from scripts import places, run
from scripts.ports import unused

HOUR = 3600.0


class TestTickets:
    """An address that opens a stream for an hour or two."""

    def test_it_stays_the_same_for_an_hour_and_then_goes_out(self) -> None:
        ticket = tickets.make(7, 10 * HOUR)
        assert tickets.make(7, 11 * HOUR - 1) == ticket != tickets.make(7, 11 * HOUR)
        assert tickets.read(ticket, 12 * HOUR - 1) == 7
        for wrong, now in ((ticket, 12 * HOUR), (ticket + "x", 10 * HOUR), ("", 0.0), ("7-99999999999:abc", 0.0)):
            with pytest.raises(tickets.Refused):
                tickets.read(wrong, now)


def to_the_end(play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run something asynchronous in a thread of its own: a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(play())).result()


class Listener:
    """One connection to the application, without a network."""

    def __init__(self, app: Application, query: str = "", path: str = tickets.PATH, method: str = "GET", last: str = "") -> None:
        headers = [(b"last-event-id", last.encode())] if last else []
        self.scope = {"type": "http", "path": path, "method": method, "query_string": query.encode(), "headers": headers}
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.task = asyncio.ensure_future(app(self.scope, self.receive, self.take))

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def take(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def until(self, words: str) -> str:
        """Wait until it was told something, and return all it was told."""
        for _ in range(400):
            if words in self.text:
                break
            await asyncio.sleep(0.005)
        return self.text

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()


class TestTheApplication:
    """The process that streams, in this one."""

    def test_it_lets_nobody_in_without_a_ticket_and_answers_what_it_is_asked(self) -> None:
        async def play() -> None:
            app = Application(Hub(lambda: "one"))
            asked = [
                (Listener(app), 403, "fresh address"),
                (Listener(app, "ticket=forged"), 403, "fresh address"),
                (Listener(app, path="/admin/"), 404, "Streams are at"),
                (Listener(app, method="POST"), 405, "GET"),
                (Listener(app, method="OPTIONS"), 204, ""),
                (Listener(app, path="/health/live"), 200, "up"),
                (Listener(app, path="/health/ready"), 503, "not ready"),
                (Listener(app, self.ticket()), 503, "polling"),
            ]
            for listener, status, words in asked:
                await listener.task
                assert (listener.status, words in listener.text) == (status, True), listener.text
                assert (b"access-control-allow-origin", b"*") in listener.sent[0]["headers"]

        to_the_end(play)

    @staticmethod
    def ticket() -> str:
        return f"ticket={tickets.make(7, time.time())}"

    def test_everybody_is_told_when_it_moves_and_nobody_otherwise(self) -> None:
        async def play() -> None:
            stamps = ["one"]
            hub = Hub(lambda: stamps[-1], pause=0.005)
            await hub.start()
            app = Application(hub, most=3, keep_alive=0.02)
            first, away, back = Listener(app, self.ticket()), Listener(app, self.ticket(), last="zero"), None
            assert "id: one" in await first.until("id: one")
            assert "refetchEvaluation" in await away.until("data:")  # it moved while it was away
            assert ": \n\n" in await first.until(": \n\n") and "data:" not in first.text
            back = Listener(app, self.ticket(), last="one")
            full = Listener(app, self.ticket())
            await full.task
            assert full.status == 503
            stamps.append("two")
            for listener in (first, back):
                told = await listener.until("id: two")
                event = json.loads(told.partition("data: ")[2].partition("\n")[0])
                assert (event["type"], type(event["lastModified"])) == ("refetchEvaluation", int)
            for listener in (first, away, back):
                listener.gone.set()
                await listener.task
            assert hub.listening == 0
            await hub.stop()

        to_the_end(play)

    def test_who_cannot_be_told_is_let_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def play() -> None:
            broken: list[str] = []

            def read() -> str:
                if broken:
                    raise OSError(broken[0])
                return "one"

            hub = Hub(read, pause=0.005)
            await hub.start()
            listener = Listener(Application(hub, keep_alive=0.01), self.ticket())
            await listener.until("id: one")
            broken.append("the disk is gone")
            monkeypatch.setattr("registry.modes.ofrep.streams.hub.BLIND", 0.02)
            await asyncio.wait_for(listener.task, 5)
            assert listener.sent[-1]["more_body"] is False and hub.problem == "the disk is gone"
            await hub.stop()

        to_the_end(play)


def test_only_what_flags_rest_on_moves_the_stamp(world: Any, surface: Surface) -> None:
    watch = Watch()
    before = watch.read()
    assert watch.read() == before
    surfaces.edit(surface, actor=world.noor, purpose="Said better.")
    assert watch.read() == before
    actions.lower(Surface.objects.get(pk=surface.pk), actor=world.noor, to="off", reason="It pays twice.")
    assert watch.read() != before


@pytest.fixture
def streams(tmp_path: Path, live_server: Any, settings: Any) -> Iterator[str]:
    """The process as the launcher starts it, on the database of this test."""
    port, held = unused(), connection.settings_dict
    address = run.address_of("127.0.0.1", port).rstrip("/")
    settings.STREAMS_URL = address
    url = f"sqlite:///{held['NAME']}"
    if connection.vendor == "postgresql":
        url = (
            f"postgresql://{held['USER']}:{held['PASSWORD']}@{held['HOST'] or '127.0.0.1'}:{held['PORT'] or 5432}/{held['NAME']}"
        )
    env = {**os.environ, "DATABASE_URL": url, "PLUMBLINE_HOME": str(tmp_path), "PLUMBLINE_SECRET_KEY": configured.SECRET_KEY}
    env["DJANGO_SETTINGS_MODULE"] = "governance.settings"
    made = run.child("streams", tmp_path, env, "127.0.0.1", port)
    with subprocess.Popen(made.command, cwd=places.ROOT, env=env) as process:
        for _ in range(200):
            if process.poll() is not None or run.answers(f"{address}/health/ready"):
                break
            time.sleep(0.05)
        yield address
        process.terminate()
        process.wait(timeout=10)


def open_stream(url: str, last: str = "") -> HTTPResponse:
    """Connect as a browser does."""
    parts = urlsplit(url)
    browser = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    browser.request("GET", f"{parts.path}?{parts.query}", headers={"Last-Event-ID": last} if last else {})
    return browser.getresponse()


def next_line(stream: HTTPResponse, start: bytes) -> bytes:
    """Read on until a line starts so."""
    while line := stream.readline():
        if line.startswith(start):
            return line.strip()
    return b""


@pytest.mark.django_db(transaction=True)
def test_a_browser_that_never_polls_reads_a_lowered_mode_within_a_second(
    world: Any, live_server: Any, served: tuple[Surface, str], streams: str, node: Path
) -> None:
    surface, token = served
    with subprocess.Popen(
        ["node", "listen.mjs", live_server.url, token, surface.key],
        cwd=node,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as browser:
        assert browser.stdout is not None and browser.stdin is not None
        assert json.loads(browser.stdout.readline()) == ["normal", True]
        ticket = tickets.stream(streams, world.ben.pk, time.time())["url"]
        stream = open_stream(str(ticket))
        assert (stream.status, stream.headers["Content-Type"]) == (200, "text/event-stream")
        first = next_line(stream, b"id: ")
        wait_for_listeners(streams, 2)
        actions.lower(surface, actor=world.noor, to="no_tools", reason="It booked twice.")
        began = time.monotonic()
        assert json.loads(browser.stdout.readline()) == ["no_tools", False]
        assert time.monotonic() - began < 5  # measured by `./plumbline bench modes`; here the machine may be busy
        assert json.loads(next_line(stream, b"data: ")[6:])["type"] == "refetchEvaluation"
        again = open_stream(str(ticket), last=first[4:].decode())
        assert next_line(again, b"data: ")  # it was away when the mode moved
        browser.stdin.close()
        assert browser.wait(timeout=30) == 0
    assert open_stream(f"{streams}{tickets.PATH}?ticket=forged").status == 403


def wait_for_listeners(address: str, count: int) -> None:
    """Wait until so many listen."""
    for _ in range(200):
        if json.loads(open_stream(f"{address}/health/ready").read())["listening"] >= count:
            return
        time.sleep(0.05)
    pytest.fail(f"{count} listeners did not come")
