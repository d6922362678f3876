"""Whatever has a page of its own can be spoken about, by whoever sees it."""

from typing import Any, get_type_hints

import pytest
from django.urls import get_resolver, reverse

from governance.comments import queries
from governance.comments.subjects import Commentable
from governance.core.contributions import contribution
from governance.ledger import queries as ledger
from governance.people.models import Position
from governance.policy import actions as policy
from governance.policy import queries as held
from governance.ui.pages import ObjectPage


def pages(base: type[ObjectPage] = ObjectPage) -> list[type[ObjectPage]]:
    """Every page that shows one object, save those of tests."""
    found = []
    for page in base.__subclasses__():
        found += pages(page)
        if page.url_name and not page.__module__.startswith("tests."):
            found.append(page)
    return found


def test_every_page_of_an_object_is_of_something_that_can_be_spoken_about(world: Any) -> None:
    assert get_resolver().url_patterns  # reading the addresses loads every page
    assert len(pages()) > 12
    for page in pages():
        assert contribution(Commentable, model_of(page, world.ada)._meta.label_lower), page


def model_of(page: type[ObjectPage], reader: Any) -> Any:
    """What a page shows one of: named by it, by what its `load` returns, or by its rows."""
    loaded = get_type_hints(page.load)["return"]
    return getattr(page, "model", None) or (loaded if loaded is not Any else page().rows(reader).model)


@pytest.fixture
def things(world: Any) -> dict[str, Any]:
    """One of each that lies below comments, under the address of its page."""
    draft = policy.start_draft(actor=world.ada, title="Shorter reviews")
    version = held.in_force()
    entry = ledger.head()
    position = Position.objects.get(key="security")
    return {
        reverse("person", args=[world.noor.ref]): world.noor,
        reverse("team", args=["claims"]): world.team("claims"),
        reverse("position", args=["security"]): position,
        reverse("policy-draft", args=[draft.key]): draft,
        reverse("policy-version", args=[version.label]): version,
        reverse("entry", args=[entry.seq]): entry,
    }


def test_people_teams_positions_policy_and_entries_are_spoken_about_on_their_pages(
    world: Any, client_as: Any, things: dict[str, Any]
) -> None:
    client = client_as(world.ada)
    for address, thing in things.items():
        assert "Said so far" in client.get(address).content.decode(), address
        speak = reverse("comment", args=[thing._meta.label_lower, thing.pk]) + f"?back={address}"
        answer = client.post(speak, {"text": f"What of {address}?"})
        assert (answer.status_code, answer["Location"]) == (302, f"{address}#talk")
        assert [each.text for each in queries.about(thing)] == [f"What of {address}?"]
        assert f"What of {address}?" in client.get(address).content.decode()


def test_what_is_not_seen_is_not_spoken_about(world: Any, client_as: Any, things: dict[str, Any]) -> None:
    draft = next(thing for thing in things.values() if thing._meta.model_name == "policydraft")
    speak = reverse("comment", args=["governance.policydraft", draft.pk])
    assert client_as(world.noor).post(speak, {"text": "And I?"}).status_code == 404
    assert not queries.about(draft)
