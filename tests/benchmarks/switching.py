"""Modes: from lowered to served, with 50 pollers across two web processes; the same told over streams; and what a bulk
answer of everything costs.

Two real gunicorn processes serve one database of their own. Fifty pollers, half of them on each, ask for one flag again
and again; the mode is lowered over REST through the first process, and each poller notes when it first reads it. The
baseline does the same with a bare view and a plain UPDATE. The poller's own pause is part of both, as it is in life.
"""

import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.people.models import User
from scripts import run
from scripts.places import PYTHON, ROOT
from scripts.ports import unused
from tests.benchmarks.measuring import Figure, measure

POLLERS, ROUNDS, PAUSE, MOST = 50, 8, 0.25, 1.0  # pollers, surfaces lowered one after another, seconds, seconds
FLAGS = "/ofrep/v1/evaluate/flags"


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure both: over the wire, and a bulk answer over the 5,000 surfaces of the company."""
    yield from _bulk()
    with tempfile.TemporaryDirectory() as home, _servers(Path(home)) as (ports, seeded):
        bare = _Trial(ports, seeded, bare=True).run()
        polled = {**seeded, "keys": seeded["keys"][:ROUNDS]}
        ours = _Trial(ports, polled, bare=False).run()
        told = _Told(ports, {**seeded, "keys": seeded["keys"][ROUNDS:]}, bare=False).run()
    note = f"{POLLERS} pollers, every {PAUSE * 1000:.0f} ms, two web processes, {len(ours)} readings"
    yield Figure("Mode lowered to mode served, median", statistics.median(ours), "ms", statistics.median(bare), note=note)
    worst = _p99(ours)
    yield Figure("Mode lowered to mode served, p99", worst, "ms", _p99(bare), "<= 1,000 ms", worst <= MOST * 1000, note)
    note = f"{POLLERS} listeners that never poll, each asks again when told, {len(told)} readings"
    worst = _p99(told)
    yield Figure("Mode lowered to mode read by who is told, p99", worst, "ms", None, "<= 1,000 ms", worst <= MOST * 1000, note)


def _bulk() -> Iterator[Figure]:
    client = APIClient()
    client.force_authenticate(User.objects.get(email="ada@example.org"))
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        first = client.post(FLAGS, {}, format="json")
        took = (time.perf_counter() - began) * 1000
    assert first.status_code == 200, first.content[:300]
    size = f"{len(first.content) / 1e6:.1f} MB"
    yield Figure("All flags of 5,000 surfaces, made anew", took, "ms", target="<= 3 queries", holds=len(asked) <= 3, note=size)
    same = measure(lambda: client.post(FLAGS, {}, format="json", HTTP_IF_NONE_MATCH=first["ETag"]))
    note = f"{same.queries} query"
    yield Figure("All flags, not modified", same.median, "ms", target="1 query", holds=same.queries == 1, note=note)


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


@dataclass
class _Trial:
    """One round after another: a value is changed, and each poller says when it read it."""

    ports: list[int]
    seeded: dict[str, Any]
    bare: bool
    wanted: str = ""
    over: bool = False
    seen: dict[int, float] = field(default_factory=dict)

    def run(self) -> list[float]:
        """Return the milliseconds from sending the change to each poller's first reading of it."""
        found: list[float] = []
        self.wanted = self.seeded["keys"][0]
        pollers = [threading.Thread(target=self.poll, args=(number,), daemon=True) for number in range(POLLERS)]
        for poller in pollers:
            poller.start()
        for key in self.seeded["keys"]:
            self.seen, self.wanted = {}, key
            time.sleep(2 * PAUSE)
            began = time.monotonic()
            self.change(key)
            while len(self.seen) < POLLERS:
                if time.monotonic() - began > 30:
                    raise RuntimeError(f"{POLLERS - len(self.seen)} pollers never read the change of {key}")
                time.sleep(0.01)
            found += [(at - began) * 1000 for at in self.seen.values()]
        self.over = True
        for poller in pollers:
            poller.join(timeout=10)
        return found

    def change(self, key: str) -> None:
        """Lower the mode over REST, or store a plain value."""
        address = f"/bare/flag/{key}" if self.bare else f"/api/v1/surfaces/{key}/mode"
        body = {"to": "off", "reason": "A trial."}
        status, answer = _post(http.client.HTTPConnection("127.0.0.1", self.ports[0]), address, body, self.seeded["token"])
        assert status == 200, answer

    def poll(self, number: int) -> None:
        """Ask for the flag of the round, over and over, on one kept connection."""
        line = http.client.HTTPConnection("127.0.0.1", self.ports[number % len(self.ports)], timeout=30)
        time.sleep(PAUSE * number / POLLERS)
        while not self.over:
            key = self.wanted
            address = f"/bare/flag/{key}/read" if self.bare else f"{FLAGS}/{key}"
            status, answer = _post(line, address, {}, self.seeded["token"])
            assert status == 200, answer
            if answer["value"] == "off" and key == self.wanted:
                self.seen.setdefault(number, time.monotonic())
            time.sleep(PAUSE)


class _Told(_Trial):
    """The same, by listeners that are told over a stream and ask only then."""

    def poll(self, number: int) -> None:
        """Open the stream that a bulk answer names, and ask for the flag of the round after each event."""
        line = http.client.HTTPConnection("127.0.0.1", self.ports[number % len(self.ports)], timeout=30)
        _, answer = _post(line, FLAGS, {"context": {"surfaces": []}}, self.seeded["token"])
        url = urlsplit(answer["eventStreams"][0]["url"])
        browser = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
        browser.request("GET", f"{url.path}?{url.query}")
        stream = browser.getresponse()
        while not self.over and (heard := stream.readline()):
            if heard.startswith(b"data: "):
                key = self.wanted
                status, answer = _post(line, f"{FLAGS}/{key}", {}, self.seeded["token"])
                assert status == 200, answer
                if answer["value"] == "off":
                    self.seen.setdefault(number, time.monotonic())


def _post(line: http.client.HTTPConnection, address: str, body: dict[str, Any], token: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    line.request("POST", address, json.dumps(body), headers)
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())


@contextlib.contextmanager
def _servers(home: Path) -> Iterator[tuple[list[int], dict[str, Any]]]:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"PLUMBLINE_HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, (env.get("PYTHONPATH"), str(ROOT))))}
    env |= {"WEB_CONCURRENCY": "1", "PLUMBLINE_RATE_DECISIONS": "0/min", "PLUMBLINE_RATE_TOKEN": "0/min"}
    env.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    command = [PYTHON, "-m", "tests.benchmarks.served"]
    subprocess.run([*command, "migrate"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    seeded = subprocess.run([*command, "seed", str(2 * ROUNDS)], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    ports, streams = [unused(), unused()], unused()
    env["PLUMBLINE_STREAMS_URL"] = f"http://127.0.0.1:{streams}"
    served = [*command[:1], "-m", "gunicorn", "-c", "gunicorn.conf.py", "tests.benchmarks.served:application", "--bind"]
    running = [subprocess.Popen([*served, f"127.0.0.1:{port}"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL) for port in ports]
    told = run.child("streams", home, env, "127.0.0.1", streams)
    running.append(subprocess.Popen(told.command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL))
    try:
        for port in (*ports, streams):
            _wait(port)
        yield ports, json.loads(seeded.stdout.splitlines()[-1])
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health/live")
            if line.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.2)
    print(f"nothing answers on port {port}", file=sys.stderr)
    raise RuntimeError("a web process did not start")
