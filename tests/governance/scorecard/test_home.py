"""Home: what needs whom."""

from datetime import timedelta
from typing import Any

import pytest

from registry.changes import actions as changes
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


@pytest.fixture
def change(world: Any) -> Any:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    return changes.propose(
        surface, actor=world.noor, title="First", why="Time.", contract=contract_for(world.noor), record=RECORD
    )


def test_the_inbox_holds_what_waits_for_me_and_nobody_else(world: Any, change: Any, client_as: Any) -> None:
    assert b"Claims triage: First" in client_as(world.sam).get("/inbox/").content
    for other in (world.noor, world.ben, world.aud):
        assert b"Claims triage: First" not in client_as(other).get("/inbox/").content


def test_the_inbox_narrows_by_verb_and_day_and_ignores_nonsense(world: Any, change: Any, client_as: Any) -> None:
    client = client_as(world.sam)
    assert b"Claims triage: First" not in client.get("/inbox/?verb=Do").content
    due = change.request.due_at
    assert b"Claims triage: First" in client.get(f"/inbox/?day={due:%Y-%m-%d}").content
    for nonsense in ("2026-13-45", "x", "0000-00-00"):
        assert client.get(f"/inbox/?day={nonsense}").status_code == 200


@pytest.mark.parametrize("who", ["ada", "rosa", "ingrid", "noor", "sam", "aud", "gus"])
def test_everybody_has_a_home(world: Any, change: Any, client_as: Any, who: str) -> None:
    assert client_as(getattr(world, who)).get("/").status_code == 200


def test_a_stranger_is_sent_to_the_door(client: Any, world: Any) -> None:
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_home_asks_few_questions_of_the_database(
    world: Any, change: Any, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.sam)
    client.get("/")
    with django_assert_max_num_queries(30):
        client.get("/")


def test_a_look_just_now_is_not_mentioned_and_an_older_one_is(world: Any, change: Any, client_as: Any, freeze: Any) -> None:
    clock = freeze("2026-03-02T08:00:00")
    client = client_as(world.ingrid)
    client.get("/")
    assert b"since you last looked" not in client.get("/").content
    clock.shift(timedelta(hours=2))
    assert b"since you last looked" in client.get("/").content


def test_one_surface_is_not_called_surfaces(world: Any, change: Any, client_as: Any) -> None:
    page = client_as(world.ingrid).get("/").content.decode()
    assert "surface without an approved contract" in page


def test_the_view_of_my_own_requests_is_empty_for_whoever_asked_nothing(world: Any, change: Any, client_as: Any) -> None:
    for address in ("/approvals/", "/changes/"):
        mine = f"{address}?requester={world.ingrid.pk}"
        assert "Claims triage" in client_as(world.ingrid).get(address).content.decode()
        assert "Claims triage" not in client_as(world.ingrid).get(mine).content.decode()


def test_the_deciding_screen_names_whose_turn_it_is(world: Any, change: Any, client_as: Any) -> None:
    address = f"/approvals/{change.request.key}/"
    asked = client_as(world.sam).get(address).content.decode()
    assert "Waiting for you" in asked and "0 of 1" in asked and "What it may do" in asked
    assert "<ins>" not in asked
    assert "Waiting for you" not in client_as(world.ingrid).get(address).content.decode()
