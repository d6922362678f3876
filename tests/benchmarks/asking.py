"""Machines that ask: an AuthZEN decision at 5,000 surfaces, and the gate with a promptfoo file of 200 cases."""

import copy
import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings
from rest_framework.test import APIClient

from governance.approvals import actions as approvals
from governance.core import clock
from governance.people import actions as people
from governance.people.models import User
from registry.catalog.models import Endpoint
from registry.changes import actions as changes
from registry.controls import actions as controls
from registry.controls import following
from registry.evals import actions as evals
from registry.evals.models import EvalSuite
from registry.surfaces.models import Surface
from tests.benchmarks.measuring import Figure, Timing, in_turns
from tests.benchmarks.writing import BareSurface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface
from tests.world import World

SAMPLE = Path(__file__).parents[1] / "registry" / "gates" / "sample_repository" / "results" / "passing.json"
CASES, BATCH, RUNS = 200, 100, 60


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure and yield the figures of decisions and gates."""
    world = World()
    with override_settings(ROOT_URLCONF="tests.benchmarks.bare"):
        surface = _live(world)
        yield from _decisions(world, surface)
        yield from _gates(world, surface)


def _live(world: World) -> Surface:
    """A surface with a revision in force, its controls kept and the ledger's tail at its head, as in a running company."""
    if not Endpoint.objects.filter(key="meridian-large-eu").exists():  # other groups of benchmarks may have made it
        make_catalog(actor=world.ada, owner=world.noor)
    if not EvalSuite.objects.filter(key="triage-accuracy").exists():
        evals.add_suite(actor=world.noor, name="Triage accuracy", key="triage-accuracy", good="What a handler would choose.")
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    contract = contract_for(world.noor)
    change = changes.propose(surface, actor=world.noor, title="First", why="Saves time.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    following.follow(lambda *said: None)
    controls.evaluate([surface])
    surface.refresh_from_db()
    assert surface.in_force_id == change.revision_id
    return surface


def _client(person: User, *scopes: str) -> APIClient:
    ends = clock.now() + timedelta(days=30)
    made = people.create_token(person, actor=person, name="benchmark", scopes_wanted=scopes, expires_at=ends)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {made.secret}")
    return client


def _decisions(world: World, surface: Surface) -> Iterator[Figure]:
    everyone, owner = _client(world.ada, "decisions:read"), _client(world.noor, "decisions:read")
    following.follow(lambda *said: None)
    one = {
        "subject": {"type": "surface", "id": surface.key},
        "action": {"name": "send"},
        "resource": {"type": "endpoint", "id": "meridian-large-eu"},
        "context": {"data_classes": ["internal"]},
    }
    many = {**one, "evaluations": [{"context": {"data_classes": ["internal"]}}] * BATCH}

    def ask(client: APIClient, address: str, body: Any) -> None:
        answer = client.post(address, body, format="json")
        found = answer.json().get("evaluations", [answer.json()])
        assert answer.status_code == 200 and all(each["decision"] for each in found), answer.content

    found = in_turns(
        {
            "bare": lambda: everyone.get(f"/bare/surfaces/{surface.pk}/"),
            "one": lambda: ask(everyone, "/access/v1/evaluation", one),
            "restricted": lambda: ask(owner, "/access/v1/evaluation", one),
            "batch": lambda: ask(everyone, "/access/v1/evaluations", many),
        },
        runs=RUNS * 2,
    )
    yield _within("AuthZEN decision, p95", found["one"], found["bare"], 10)
    yield _within("AuthZEN decision for a restricted account, p95", found["restricted"], found["bare"], 10)
    each = found["batch"].p95 / BATCH
    yield Figure(f"AuthZEN decision in a batch of {BATCH}, p95", each, "ms", found["bare"].p95, "<= 1 ms each", each <= 1)


def _within(what: str, ours: Timing, bare: Timing, most: float) -> Figure:
    note = f"median {ours.median:.1f} ms, {ours.queries} queries"
    return Figure(what, ours.p95, "ms", bare.p95, f"<= {most:g} ms", ours.p95 <= most, note)


def promptfoo(number: int) -> str:
    """Return promptfoo's own file, grown to 200 cases."""
    body = json.loads(SAMPLE.read_text(encoding="utf-8"))
    body["evalId"] = f"eval-{number}"
    rows = itertools.cycle(body["results"]["results"])
    grown = []
    for case in range(CASES):
        row = copy.deepcopy(next(rows))
        row["testIdx"] = case
        row["testCase"]["description"] = f"case {case}"
        grown.append(row)
    body["results"]["results"] = grown
    return json.dumps(body)


def _gates(world: World, surface: Surface) -> Iterator[Figure]:
    client, numbers = _client(world.noor, "evals:write"), itertools.count()
    files = [promptfoo(number) for number in range(RUNS + 20)]

    def bare() -> None:
        rows = json.loads(files[0])["results"]["results"]
        with transaction.atomic():
            BareSurface.objects.bulk_create([BareSurface(name=str(row["testIdx"])) for row in rows])

    def gate() -> None:
        body = {
            "results": [{"suite": "triage-accuracy", "text": files[next(numbers)]}],
            "limits": {"min_pass_rate": 0.9, "max_cost": 5, "max_latency_p95_ms": 60_000},
        }
        answer = client.post(f"/api/v1/gates/{surface.key}", body, format="json")
        assert answer.status_code == 200 and answer.json()["passed"], answer.content

    found = in_turns({"bare": bare, "gate": gate}, runs=RUNS)
    size = len(files[0]) / 1000
    ours, plain = found["gate"], found["bare"]
    note = f"file of {size:,.0f} kB, median {ours.median:.1f} ms, {ours.queries} queries; baseline: parse and store 200 rows"
    yield Figure(f"Gate with {CASES} cases, p95", ours.p95, "ms", plain.p95, "<= 100 ms", ours.p95 <= 100, note)
