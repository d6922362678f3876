"""Observations: into the table against COPY, over HTTP into two web processes, and pages while they come in.

The baseline of storing is COPY of as many rows into the same table with its indexes, in transactions of the same size. What
comes over HTTP is protobuf in batches of 512 spans, from senders that share the two cores with what they send to. On SQLite
only storing is measured. `PLUMBLINE_BENCH_ROWS=10000000` fills the table with so many synthetic rows first.
"""

import http.client
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.test import Client

from governance.approvals import actions as approvals
from governance.core import clock
from governance.people.models import User
from registry.board import answers as board
from registry.board.question import Question
from registry.changes import actions as changes
from registry.usage import partitions, queries
from registry.usage.calls import Call
from registry.usage.matching import book
from registry.usage.models import Observation, UsagePath
from registry.usage.queries import Where
from registry.usage.sources import actions as sources
from registry.usage.storing import store
from registry.usage.storing.rows import COLUMNS, TABLE
from registry.usage.synthesis import synthesise
from scripts.places import PYTHON, ROOT
from scripts.ports import unused
from tests import world
from tests.benchmarks.measuring import Figure, in_turns, stopwatch
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface
from tests.registry.usage.spans import CHAT, as_protobuf, span

BATCH, BATCHES, SENDERS, SECONDS = 512, 40, 4, 8
SURFACES = 20
SAID = frozenset({"prompt_version", "model", "output_fingerprint", "user", "trace"})
_COPY = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
MOST_MS = 150.0
"""A page may take so long while observations come in as fast as they are sent."""


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure storing, answering, and, on PostgreSQL, what comes over HTTP while pages are read."""
    cast = world.World()
    keys = _surfaces(cast)
    if connection.vendor == "postgresql":
        if not partitions.is_partitioned():
            with connection.schema_editor() as editor:
                partitions.PartitionObservations().database_forwards("registry", editor, None, None)
        partitions.keep(None, lambda *told: None)
    if rows := int(os.environ.get("PLUMBLINE_BENCH_ROWS") or 0):
        with stopwatch() as took:
            synthesise(rows, 90)
        yield Figure(f"{rows:,} synthetic observations over 90 days", rows / took(), "rows/s", note=f"{took():,.0f} s")
    yield from _storing(keys)
    yield from _answering(cast)
    if connection.vendor == "postgresql":
        yield from _over_http(cast, keys)


def _surfaces(cast: Any) -> list[str]:
    """Some live surfaces, so that calls are matched to a revision."""
    make_catalog(actor=cast.ada, owner=cast.noor)
    keys = []
    for number in range(SURFACES):
        surface = make_surface(actor=cast.noor, owner=cast.noor, team=cast.team("claims"), name=f"Observed {number}")
        told: dict[str, Any] = {"title": "First", "why": "It helps.", "contract": contract_for(cast.noor), "record": RECORD}
        change = changes.propose(surface, actor=cast.noor, **told)
        request: Any = change.request
        approvals.decide(request, actor=cast.sam, verdict="approve", digest=change.revision.digest)
        keys.append(surface.key)
    book.forget()
    return keys


def _calls(keys: list[str]) -> list[Call]:
    now = clock.now()
    told: dict[str, Any] = {
        "service": "triage",
        "operation": "chat",
        "provider": "meridian",
        "model": "meridian-2.1-large",
        "said": SAID,
    }
    return [
        Call(
            now - timedelta(milliseconds=number),
            uuid4(),
            trace=uuid4(),
            span=f"{number:016x}",
            claim=keys[number % len(keys)],
            region="eu-central",
            tokens_in=number,
            tokens_out=80,
            latency_ms=700,
            outcome=1,
            **told,
        )
        for number in range(BATCH)
    ]


def _storing(keys: list[str]) -> Iterator[Figure]:
    batches = [_calls(keys) for _ in range(BATCHES)]
    store(batches.pop(), source=None, sender=None, way="otlp", received_at=clock.now())
    with stopwatch() as took:
        for batch in batches:
            store(batch, source=None, sender=None, way="otlp", received_at=clock.now())
    ours = BATCH * len(batches) / took()
    if connection.vendor != "postgresql":
        yield Figure("Observations stored, in process", ours, "rows/s", note="SQLite; batches of 512")
        return
    path = UsagePath.objects.values_list("pk", flat=True).first()
    texts = ["".join(_line(call, path or 0) for call in _calls(keys)) for _ in batches]
    with stopwatch() as took:
        for text in texts:
            with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.write(text)
    copied = BATCH * len(texts) / took()
    note = "matched, priced, summed up, digested; one process; baseline: COPY into the same table"
    yield Figure("Observations stored, in process", ours, "rows/s", copied, ">= 0.20x", ours >= 0.2 * copied, note)
    Observation.objects.filter(batch=0).delete()


def _line(call: Call, path: int) -> str:
    told = (call.at, call.uid, path, 0, call.trace, call.span, call.tokens_in, call.tokens_out, 0, r"\N", 700, 1, 0, "", "", "")
    return "\t".join(map(str, told)) + "\n"


def _answering(cast: Any) -> Iterator[Figure]:
    """A week's calls of one data class, cut as the board's question cuts them."""
    end = clock.now().date()
    asked: dict[str, Any] = {
        "start": end - timedelta(days=6),
        "end": end,
        "by": ("surface", "endpoint", "model", "region", "revision", "standing"),
    }
    timing = in_turns({"sums": lambda: queries.sums(cast.ada, **asked, where=Where(data_classes=["internal"]))}, runs=20)["sums"]
    count = queries.total(cast.ada, start=end - timedelta(days=400), end=end).calls
    note = f"of {count:,} observations; {timing.queries} query"
    yield Figure("A week's sums of one data class", timing.median, "ms", None, "<= 100 ms", timing.median <= 100, note)
    for days in (7, 90):
        question = Question(end - timedelta(days=days - 1), end, classes=("internal",))
        work = partial(board.answer, question, cast.ada, most=100, blind_spots=False)
        timing = in_turns({"answer": work}, runs=20)["answer"]
        lines = work().content["totals"]["lines"]
        told = f"of {count:,} observations; {lines:,} lines, the first hundred with their approvals; {timing.queries} queries"
        said = f"The board's question, {days} days of one data class"
        yield Figure(said, timing.median, "ms", None, "<= 100 ms", timing.median <= 100, told)


def _over_http(cast: Any, keys: list[str]) -> Iterator[Figure]:
    made = sources.make(actor=cast.rosa, name="Bench", kind="gateway")
    page = _page()
    quiet = statistics.median(_timed(page) for _ in range(20))
    with _server() as port:
        bodies = [as_protobuf(*(span(_said(keys, number)) for number in range(BATCH))) for _ in range(SENDERS * 60)]
        sent, busy, took = _send(port, made.secret, bodies, page)
    note = f"two web processes, {SENDERS} senders on the same cores, batches of {BATCH}"
    rate = sent * BATCH / took
    yield Figure("Observations over HTTP (OTLP, protobuf)", rate, "spans/s", None, ">= 20,000", rate >= 20_000, note)
    median = statistics.median(busy) if busy else 0.0
    told = f"{len(busy)} readings of the list of surfaces in a third process meanwhile"
    yield Figure("A page while they come in, median", median, "ms", quiet, f"<= {MOST_MS:.0f} ms", median <= MOST_MS, told)


def _said(keys: list[str], number: int) -> dict[str, Any]:
    return {**CHAT, "plumbline.surface": keys[number % len(keys)]}


def _page() -> Client:
    client = Client()
    client.force_login(User.objects.get(email="ada@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/surfaces/")
    return client


def _timed(client: Client) -> float:
    began = time.perf_counter()
    assert client.get("/surfaces/").status_code == 200
    return (time.perf_counter() - began) * 1000


def _send(port: int, token: str, bodies: list[bytes], page: Client) -> tuple[int, list[float], float]:
    """Let senders post what is left until nothing is, and read a page meanwhile; return deliveries, page times, seconds."""
    left, sent, lock = list(bodies), [0], threading.Lock()

    def sender() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-protobuf"}
        while True:
            with lock:
                if not left:
                    return
                body = left.pop()
            line.request("POST", "/v1/traces", body, headers)
            answer = line.getresponse()
            answer.read()
            with lock:
                if answer.status == 200:
                    sent[0] += 1
                else:
                    left.append(body)

    running = [threading.Thread(target=sender) for _ in range(SENDERS)]
    busy: list[float] = []
    began = time.perf_counter()
    for each in running:
        each.start()
    while any(each.is_alive() for each in running) and time.perf_counter() - began < 60 * SECONDS:
        busy.append(_timed(page))
        time.sleep(0.2)
    for each in running:
        each.join()
    return sent[0], busy, time.perf_counter() - began


@contextmanager
def _server() -> Iterator[int]:
    """Two web processes over the database of the benchmark."""
    given = connection.settings_dict
    place = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}".replace(":@", "@")
    env = {**os.environ, "DATABASE_URL": f"postgresql://{place}/{given['NAME']}", "WEB_CONCURRENCY": "2"}
    env |= {"PLUMBLINE_RATE_USAGE": "0/min", "PLUMBLINE_RATE_TOKEN": "0/min", "PYTHONPATH": str(ROOT)}
    port = unused()
    command = [PYTHON, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                line.request("GET", "/health/live")
                if line.getresponse().status < 500:
                    break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
