"""What is said about an object: told to whom it names, seen by whom the object is seen, never executed."""

from typing import Any

import pytest

from governance.comments import actions, queries, rules
from governance.core.errors import Invalid
from governance.ledger.queries import activity
from registry.changes import actions as changes
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


@pytest.fixture
def change(world: Any) -> Any:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    return changes.propose(
        surface, actor=world.noor, title="First", why="Time.", contract=contract_for(world.noor), record=RECORD
    )


def test_a_comment_is_kept_and_stands_in_the_activity(world: Any, change: Any) -> None:
    actions.comment(change, actor=world.sam, text="Does it see cards?")
    assert [each.text for each in queries.about(change)] == ["Does it see cards?"]
    line = activity(change)[0]
    assert line.sentence == f"commented on {change.key}" and ("text", "Does it see cards?") in line.remarks


def test_an_empty_comment_and_control_characters_are_refused(world: Any, change: Any) -> None:
    for text in ("  \n ", "a\x00b"):
        with pytest.raises(Invalid):
            actions.comment(change, actor=world.sam, text=text)


def test_mentions_are_found_by_name_and_by_address(world: Any) -> None:
    people = [world.sam, world.priya, world.ben]
    assert rules.mentioned("@Sam Carter: see @ben@example.org.", people) == [world.sam, world.ben]
    assert rules.mentioned("mail me at sam@example.org", people) == []


def test_the_form_on_the_page_stores_it_and_shows_it_as_text(world: Any, change: Any, client_as: Any) -> None:
    client = client_as(world.sam)
    back = f"/changes/{change.key}/"
    sent = client.post(f"/comments/registry.change/{change.pk}/?back={back}", {"text": "<script>alert(1)</script>"})
    assert (sent.status_code, sent["Location"]) == (302, f"{back}#talk")
    page = client.get(back).content.decode()
    assert "<script>alert(1)</script>" not in page and "&lt;script&gt;alert(1)" in page


def test_what_one_cannot_see_one_cannot_speak_about(world: Any, change: Any, client_as: Any) -> None:
    assert client_as(world.ben).post(f"/comments/registry.change/{change.pk}/", {"text": "Hi"}).status_code == 404
    assert client_as(world.ada).post("/comments/governance.apitoken/1/", {"text": "Hi"}).status_code == 404


def test_nobody_is_sent_to_another_site(world: Any, change: Any, client_as: Any) -> None:
    sent = client_as(world.sam).post(f"/comments/registry.change/{change.pk}/?back=https://evil.example/", {"text": "Hi"})
    assert sent["Location"] == "/"
