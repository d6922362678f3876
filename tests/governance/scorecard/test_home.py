"""Home: what needs whom."""

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
