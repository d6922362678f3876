"""Over a real connection to a real gunicorn: the SDK's own exporter delivers; kill -9 loses nothing that was acknowledged."""

import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client

from registry.usage.models import Observation, UsageBatch, UsageDay, UsageHour, UsagePath
from registry.usage.sources import actions
from tests.registry.usage.spans import as_protobuf, span

ROOT = Path(__file__).parents[4]
SENDERS, SPANS, ENOUGH = 4, 32, 12
TYPE = "application/x-protobuf"


@contextmanager
def gunicorn(home: Path) -> Iterator[tuple[int, Any]]:
    """Serve the test's own database by a real gunicorn in a group of its own; yields its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PLUMBLINE_HOME": str(home), "DATABASE_URL": database(), "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            wait(port, process, home / "log")
            yield port, process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def database() -> str:
    """Return the address of the database that this test uses."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgresql://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


def wait(port: int, process: Any, log: Path) -> None:
    """Wait until it answers."""
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health/live")
            assert line.getresponse().status == 200
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def run_the_example(port: int, surface: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run docs/examples/observed.py as a person would: the SDK batches, packs and retries by itself."""
    told = importlib.util.spec_from_file_location("observed", ROOT / "docs" / "examples" / "observed.py")
    assert told is not None and told.loader is not None
    module = importlib.util.module_from_spec(told)
    told.loader.exec_module(module)
    monkeypatch.setenv("PLUMBLINE_TOKEN", token)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    monkeypatch.setattr(sys, "argv", ["observed.py", "--url", f"http://127.0.0.1:{port}", "--surface", surface])
    module.main()


class Sender(threading.Thread):
    """Sends one delivery after another until the server is gone; knows what was acknowledged."""

    def __init__(self, port: int, token: str, enough: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.enough = port, token, enough
        self.sent: list[bytes] = []
        self.acknowledged: list[list[str]] = []

    def run(self) -> None:
        """Send."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Content-Type": TYPE, "Authorization": f"Bearer {self.token}"}
        for _ in range(10_000):
            spans = [span() for _ in range(SPANS)]
            body = as_protobuf(*spans)
            self.sent.append(body)
            try:
                line.request("POST", "/v1/traces", body, headers)
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                self.acknowledged.append([each["spanId"] for each in spans])
                self.enough.release()


@pytest.mark.django_db(transaction=True)
def test_exported_by_the_sdk_and_kept_through_kill_minus_nine(
    world: Any, live: Any, gateway: actions.MadeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gunicorn(tmp_path) as (port, process):
        run_the_example(port, live.key, gateway.secret, monkeypatch)
        path = UsagePath.objects.get()
        assert (path.surface, path.standing, path.matched_by != "") == (live, "approved", True)
        assert Observation.objects.filter(path=path).count() == 3
        enough = threading.Semaphore(0)
        senders = [Sender(port, gateway.secret, enough) for _ in range(SENDERS)]
        for each in senders:
            each.start()
        for _ in range(ENOUGH):
            assert enough.acquire(timeout=30)
        os.killpg(process.pid, signal.SIGKILL)
        for each in senders:
            each.join(20)
    acknowledged = [one for each in senders for spans in each.acknowledged for one in spans]
    held = dict(Observation.objects.values_list("span").annotate(count=Count("uid")))
    assert len(acknowledged) >= ENOUGH * SPANS
    assert [one for one in acknowledged if held.get(one) != 1] == []
    whole()
    for each in senders:
        for body in each.sent:  # as senders do that heard no answer
            sent = Client().post("/v1/traces", body, content_type=TYPE, HTTP_AUTHORIZATION=f"Bearer {gateway.secret}")
            assert (sent.status_code, sent.content) == (200, b"")
    assert Observation.objects.count() == 3 + sum(len(each.sent) for each in senders) * SPANS
    whole()


def whole() -> None:
    """Nothing is half: each batch has the rows that it says, and the sums are those of the rows."""
    rows = Observation.objects.count()
    assert UsageBatch.objects.aggregate(n=Sum("stored"))["n"] == rows
    assert [model.objects.aggregate(n=Sum("calls"))["n"] for model in (UsageHour, UsageDay)] == [rows, rows]
