"""Evidence by itself: found, kept in step, shown on controls, in its list and over REST, and only to who sees the surface."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accessreviews import actions as reviews
from governance.accessreviews import queries as access
from governance.approvals import actions as approvals
from governance.core import clock
from governance.ledger.models import Entry
from registry.changes import actions as changes
from registry.controls import following, itself, keeping
from registry.controls.models import ByItself
from registry.surfaces.models import Surface
from registry.switches import actions as drills
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface, paperwork, passing_run


@pytest.fixture
def surface(world: Any) -> Surface:
    """A surface with a contract in force, an eval run and a drill."""
    make_catalog(actor=world.rosa, owner=world.daniel)
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    contract = contract_for(world.noor)
    paperwork(made, contract, actor=world.rosa)
    change = changes.propose(made, actor=world.noor, title="First", why="It helps.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    passing_run(made, contract, "triage-accuracy", actor=world.rosa)
    drill(made, world.rosa, 41)
    keeping.keep([made.pk])
    made.refresh_from_db()
    return made


def drill(surface: Surface, actor: Any, seconds: int) -> None:
    ran = clock.now() - timedelta(minutes=1)
    drills.record(surface, actor=actor, kind="kill_switch", outcome="passed", seconds=seconds, run_at=ran, lever="off")


def test_runs_drills_reviews_and_approvals_speak_for_their_controls(surface: Surface) -> None:
    shown = {(each.control, str(each.kind)): each for each in itself.of_surfaces([surface.pk])}
    assert set(shown) == {
        ("audit:prompts", "approval"),
        ("drilled_kill_switch", "drill"),
        ("evals_above_threshold", "eval_run"),
        ("vendor_review", "vendor_review"),
    }
    kinds = {kind: Entry.objects.get(seq=each.entry).kind for (_, kind), each in shown.items()}
    assert kinds == {
        "approval": "approval.settled", "drill": "drill.done", "eval_run": "run.recorded", "vendor_review": "vendor.reviewed"
    }  # fmt: skip
    assert surface.in_force is not None
    assert shown["audit:prompts", "approval"].digest == surface.in_force.digest
    assert "100 of 100 cases passed" in shown["evals_above_threshold", "eval_run"].label


def test_a_closed_access_review_speaks_for_every_surface(world: Any, surface: Surface) -> None:
    review = reviews.open_review(actor=world.ada, reviewer=world.rosa)
    for line in access.left(review):
        decider = world.ada if line.person_id == world.rosa.pk else world.rosa
        reviews.confirm(line, actor=decider)
    reviews.close(review, actor=world.rosa)
    keeping.keep([surface.pk])
    row = ByItself.objects.get(kind="access_review")
    assert (row.control, row.record_key) == ("owner_active", review.key)
    assert Entry.objects.get(seq=row.entry).kind == "access_review.closed"


def test_before_a_moment_only_what_was_there_then_speaks(surface: Surface) -> None:
    assert itself.of_surfaces([surface.pk], clock.now() - timedelta(days=1)) == []


def test_it_is_kept_in_step_and_written_once(world: Any, surface: Surface) -> None:
    assert ByItself.objects.count() == 4
    assert keeping.keep([surface.pk]) == 0
    with clock.telling(clock.now() + timedelta(minutes=5)):
        drill(surface, world.rosa, 12)
        assert keeping.keep([surface.pk]) == 1
    assert ByItself.objects.get(kind="drill").label == "Kill switch drilled in 12 seconds"
    assert ByItself.objects.count() == 4


def test_a_retired_surface_has_nothing_to_show(world: Any, surface: Surface) -> None:
    changes.retire(surface, actor=world.noor, reason="No longer needed.")
    keeping.keep([surface.pk])
    assert not ByItself.objects.exists()


def test_a_drill_shows_as_soon_as_it_is_told(world: Any, surface: Surface, django_capture_on_commit_callbacks: Any) -> None:
    ByItself.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        drill(surface, world.rosa, 30)
    assert ByItself.objects.get(kind="drill").title == "Drilled kill switch"


def test_the_nightly_look_finds_what_nothing_told_of(surface: Surface) -> None:
    ByItself.objects.all().delete()
    following.look_at_all(lambda *said: None)
    assert ByItself.objects.count() == 4


def test_each_control_and_the_list_show_date_source_and_entry(world: Any, surface: Surface, client_as: Any) -> None:
    entry = ByItself.objects.get(kind="vendor_review").entry
    tab = client_as(world.noor).get(f"/surfaces/{surface.key}/controls/").content.decode()
    assert "Terms of Meridian AI reviewed" in tab and f"entry {entry}" in tab and "/vendors/meridian/" in tab
    page = client_as(world.noor).get("/evidence/by-itself/").content.decode()
    assert "Kill switch drilled in 41 seconds" in page and "Evals above threshold" in page
    assert "By itself" in client_as(world.noor).get("/evidence/").content.decode()
    only = client_as(world.noor).get("/evidence/by-itself/?kind=drill").content.decode()
    assert "Kill switch drilled" in only and "Terms of Meridian" not in only


def test_rest_gives_it_in_its_list_and_on_each_control(world: Any, surface: Surface, api_as: Any) -> None:
    rows = api_as(world.noor).get("/api/v1/evidence-by-itself?control=vendor_review").json()["results"]
    assert [(row["kind"], row["record"], row["surface"]) for row in rows] == [("vendor_review", "meridian", surface.key)]
    controls = api_as(world.noor).get(f"/api/v1/surfaces/{surface.key}/controls").json()["controls"]
    shown = {control["control"]: control["by_itself"] for control in controls}
    assert shown["vendor_review"][0]["entry"] == rows[0]["entry"]
    assert shown["owner_active"] == []


def test_who_does_not_see_the_surface_sees_nothing_of_it(world: Any, surface: Surface, client_as: Any, api_as: Any) -> None:
    assert "Kill switch drilled" not in client_as(world.ben).get("/evidence/by-itself/").content.decode()
    assert api_as(world.ben).get("/api/v1/evidence-by-itself").json()["results"] == []
    row = ByItself.objects.first()
    assert row is not None
    assert api_as(world.ben).get(f"/api/v1/evidence-by-itself/{row.pk}").status_code == 404
    assert len(api_as(world.aud).get("/api/v1/evidence-by-itself").json()["results"]) == 4


def test_three_surfaces_take_as_many_queries_as_one(world: Any, surface: Surface) -> None:
    more = [make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"Other {n}") for n in (1, 2)]
    for other in more:
        drill(other, world.rosa, 20)

    def asked(*pks: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            itself.of_surfaces(pks)
        return len(queries)

    assert asked(surface.pk, *(each.pk for each in more)) == asked(surface.pk)
