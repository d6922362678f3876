"""Drills: planned, timed, recorded; and what the database refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from registry.changes import actions as changes
from registry.surfaces.models import Surface
from registry.switches import actions, queries
from registry.switches.models import Drill
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface

API = "/api/v1/drills"


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


def plan(surface: Surface, actor: Any, **more: Any) -> Drill:
    return actions.plan(surface, actor=actor, kind="kill_switch", planned_on=clock.today(), **more)


def test_a_drill_is_planned_timed_and_passed(world: Any, surface: Surface, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    drill = plan(surface, world.noor, lever="Tools off")
    actions.start(drill, actor=world.noor)
    traveller.shift(timedelta(seconds=38))
    done = actions.finish(drill, actor=world.noor, outcome="passed")
    assert (done.state, done.seconds, done.lever) == ("done", 38, "Tools off")
    assert done.run_at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    kinds = list(Entry.objects.filter(kind__startswith="drill.").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["drill.planned", "drill.started", "drill.done"]
    assert queries.last_passed([surface], "kill_switch") == {surface.pk: done}
    assert queries.last_passed([surface.pk], "rollback") == {}


def test_what_is_missing_is_said_by_field(world: Any, surface: Surface) -> None:
    drill = plan(surface, world.noor)
    with pytest.raises(Invalid) as refused:
        actions.finish(drill, actor=world.noor, outcome="failed")
    assert set(refused.value.fields) == {"seconds", "note"}
    with pytest.raises(Invalid) as refused:
        actions.plan(surface, actor=world.noor, kind="rollback", planned_on=clock.today() - timedelta(days=1))
    assert "planned_on" in refused.value.fields


def test_a_failed_drill_passes_nothing(world: Any, surface: Surface) -> None:
    now = clock.now()
    failed = {"kind": "rollback", "outcome": "failed", "seconds": 600, "run_at": now, "note": "The token was rotated."}
    actions.record(surface, actor=world.noor, **failed)
    assert queries.last_passed([surface], "rollback") == {}
    first = actions.record(surface, actor=world.noor, kind="rollback", outcome="passed", seconds=50, run_at=now)
    older = now - timedelta(days=9)
    actions.record(surface, actor=world.noor, kind="rollback", outcome="passed", seconds=9, run_at=older)
    assert queries.last_passed([surface], "rollback") == {surface.pk: first}


def test_only_those_who_may_edit_drill(world: Any, surface: Surface) -> None:
    for person in (world.ben, world.aud, world.gus):
        with pytest.raises(Denied):
            plan(surface, person)
    drill = plan(surface, world.noor, led_by=world.ben)
    with pytest.raises(Denied):
        actions.start(drill, actor=world.tomas)
    assert actions.start(drill, actor=world.ben).is_running


def test_one_at_a_time_and_never_twice(world: Any, surface: Surface) -> None:
    drill = plan(surface, world.noor)
    with pytest.raises(Conflict):
        plan(surface, world.noor)
    with pytest.raises(StaleState):
        actions.move(drill, actor=world.noor, planned_on=clock.today(), expected_version=drill.version + 1)
    actions.cancel(drill, actor=world.noor, reason="Holiday.")
    with pytest.raises(StaleState):
        actions.finish(drill, actor=world.noor, outcome="passed", seconds=3)
    assert plan(surface, world.noor).state == "planned"


@pytest.mark.parametrize("columns", ["state = 'done'", "outcome = 'passed'", "state = 'done', outcome = 'passed', seconds = 3"])
def test_the_database_refuses_half_a_drill(world: Any, surface: Surface, columns: str) -> None:
    drill = plan(surface, world.noor)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_drill SET {columns} WHERE id = %s", [drill.pk])


def test_a_drill_is_overdue_when_its_tier_says_so(world: Any, surface: Surface) -> None:
    live = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Replies", tier=1)
    assert not queries.overdue(world.noor).exists()  # nothing is live, so nothing is due
    contract = contract_for(world.noor)
    change = changes.propose(live, actor=world.noor, title="First", why="It helps.", contract=contract, record=RECORD)
    for person in (world.lena, world.tomas):
        approvals.decide(change.request, actor=person, verdict="approve")
    assert list(queries.overdue(world.noor)) == [live] and not queries.overdue(world.ben).exists()
    for days, late in ((366, True), (364, False)):
        run_at = clock.now() - timedelta(days=days)
        actions.record(live, actor=world.noor, kind="kill_switch", outcome="passed", seconds=5, run_at=run_at)
        assert queries.overdue(world.noor).exists() is late


def test_the_pages_work(world: Any, surface: Surface, client_as: Any) -> None:
    noor = client_as(world.noor)
    assert noor.get(f"/drills/new/?surface={surface.key}&kind=kill_switch").status_code == 200
    given = {"surface": surface.key, "kind": "kill_switch", "planned_on": clock.today(), "led_by": world.noor.pk}
    made = noor.post("/drills/new/", given)
    drill = Drill.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/drills/{drill.key}/")
    assert noor.post("/drills/new/", given | {"surface": "S-9999"}).status_code == 404
    page = noor.get(f"/drills/{drill.key}/").content.decode()
    assert "Start the clock" in page and "Stop and record" not in page
    noor.post(f"/drills/{drill.key}/start/")
    assert "Stop and record" in noor.get(f"/drills/{drill.key}/").content.decode()
    assert noor.post(f"/drills/{drill.key}/finish/", {"outcome": "passed"}).status_code == 302
    assert client_as(world.ben).get(f"/drills/{drill.key}/").status_code == 404
    assert client_as(world.aud).get("/drills/new/").status_code == 403
    for address in ("/drills/", "/drills/due/", "/drills/?overdue=true", f"/drills/{drill.key}/activity/"):
        assert noor.get(address).status_code == 200, address


def test_the_list_takes_as_many_queries_for_three(world: Any, surface: Surface, client_as: Any) -> None:
    noor = client_as(world.noor)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert noor.get("/drills/").status_code == 200
        return len(seen)

    def record(days: int) -> None:
        run_at = clock.now() - timedelta(days=days)
        actions.record(surface, actor=world.noor, kind="rollback", outcome="passed", seconds=5, run_at=run_at)

    record(1)
    count()  # what is read once and kept
    one = count()
    record(2)
    record(3)
    assert count() == one


def test_by_rest(world: Any, surface: Surface, api_as: Any) -> None:
    noor = api_as(world.noor)
    body = {"surface": surface.key, "kind": "rollback", "planned_on": str(clock.today())}
    made = noor.post(API, body, format="json")
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    assert noor.post(f"{API}/{key}/start", {}, format="json").status_code == 200
    done = noor.post(f"{API}/{key}/outcome", {"outcome": "passed", "seconds": 12}, format="json")
    assert done.status_code == 200 and done.json()["seconds"] == 12
    assert noor.post(f"{API}/{key}/outcome", {"outcome": "passed", "seconds": 12}, format="json").status_code == 409
    run = {"surface": surface.key, "kind": "kill_switch", "run_at": "2026-02-01T10:00:00Z", "outcome": "passed", "seconds": 9}
    assert noor.post(f"{API}/records", run, format="json").status_code == 201
    assert noor.post(f"{API}/records", run | {"outcome": "fine"}, format="json").status_code == 400
    assert api_as(world.ben).get(f"{API}/{key}").status_code == 404
    assert api_as(world.noor, "registry:read").get(API).status_code == 403
    assert noor.get(f"{API}?state=done").json()["results"]
