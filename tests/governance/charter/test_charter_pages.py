"""The charter in the browser and over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from governance.charter import actions
from governance.charter.forms import initial
from governance.charter.models import Charter
from tests.world import World


@pytest.fixture
def draft(world: World) -> Charter:
    """A draft with one section about what exists."""
    charter = actions.draft_charter(actor=world.rosa, owner=world.ingrid)
    return actions.edit_charter(charter, actor=world.rosa, sections={"held": {"access-paths": ["meridian"]}})


def test_the_first_charter_is_drafted_edited_and_proposed_in_the_browser(world: World, client_as: Callable[..., Any]) -> None:
    client = client_as(world.rosa)
    assert "There is no charter yet" in client.get(reverse("charters")).content.decode()
    edit = client.post(reverse("charter-draft")).headers["Location"]
    charter = Charter.objects.get()
    assert edit == reverse("charter-edit", args=["CH-1"])
    given = {**initial(charter), "lead": "We say who <b>decides</b>.", "version": charter.version}
    assert client.post(edit, given).status_code == 302
    shown = client.get(reverse("charter", args=["CH-1"])).content.decode()
    assert "We say who &lt;b&gt;decides&lt;/b&gt;." in shown
    assert client.post(reverse("charter-propose", args=["CH-1"])).status_code == 302
    charter.refresh_from_db()
    assert charter.state == Charter.State.PROPOSED


@pytest.mark.parametrize("tab", ["charter", "charter-changes", "charter-documents", "charter-activity"])
def test_every_tab_opens(world: World, draft: Charter, client_as: Callable[..., Any], tab: str) -> None:
    assert client_as(world.ingrid).get(reverse(tab, args=[draft.key])).status_code == 200


def test_the_deciding_screen_shows_what_is_signed(world: World, draft: Charter, client_as: Callable[..., Any]) -> None:
    request = actions.propose_charter(draft, actor=world.rosa)
    shown = client_as(world.marta).get(reverse("approval", args=[request.key])).content.decode()
    assert "What counts as an incident" in shown
    assert request.subject_digest[:8] in shown


def test_a_rule_without_a_heading_is_refused_in_words(world: World, draft: Charter, client_as: Callable[..., Any]) -> None:
    given = {**initial(draft), "rules": "We just hold to it", "version": draft.version}
    answer = client_as(world.rosa).post(reverse("charter-edit", args=[draft.key]), given)
    assert answer.status_code == 422
    assert "Write a heading, a colon" in answer.content.decode()


def test_a_member_may_not_edit_and_does_not_see_a_draft(world: World, draft: Charter, client_as: Callable[..., Any]) -> None:
    assert client_as(world.ben).get(reverse("charter-edit", args=[draft.key])).status_code == 404
    actions.propose_charter(draft, actor=world.rosa)
    assert client_as(world.ben).get(reverse("charter-edit", args=[draft.key])).status_code == 403


def test_the_whole_way_over_rest(world: World, api_as: Callable[..., Any]) -> None:
    api = api_as(world.rosa, "documents:read", "documents:write")
    made = api.post("/api/v1/charters", {}, format="json")
    assert (made.status_code, made.json()["key"]) == (201, "CH-1")
    url = "/api/v1/charters/CH-1"
    edited = api.patch(url, {"sections": {"lead": "By us."}}, format="json", headers={"If-Match": made.headers["ETag"]})
    assert edited.json()["sections"]["lead"] == "By us."
    assert edited.json()["sections"]["rules"] == made.json()["sections"]["rules"]
    stale = api.patch(url, {"note": "x"}, format="json", headers={"If-Match": made.headers["ETag"]})
    assert stale.status_code in {409, 412}
    asked = api.post(f"{url}/proposal", {}, format="json")
    assert asked.json()["state"] == "proposed"
    assert len(asked.json()["digest"]) == 64
    assert [row["key"] for row in api.get("/api/v1/charters?state=proposed").json()["results"]] == ["CH-1"]


@pytest.mark.parametrize(
    "sections",
    [
        {"rules": [{"text": "No heading."}]},
        {"rules": [{"label": "Only a heading"}]},
        {"rules": [None]},
        {"incidents": "not a list"},
        {"held": {"access-paths": [1, None]}},
        {"held": {"": ["x" * 1001]}},
        {"poem": "roses"},
    ],
)
def test_sections_of_a_wrong_shape_are_refused_over_rest(
    world: World, draft: Charter, api_as: Callable[..., Any], sections: dict[str, Any]
) -> None:
    api = api_as(world.rosa, "documents:read", "documents:write")
    etag = api.get("/api/v1/charters/CH-1").headers["ETag"]
    answer = api.patch("/api/v1/charters/CH-1", {"sections": sections}, format="json", headers={"If-Match": etag})
    assert answer.status_code == 400, answer.content
    draft.refresh_from_db()
    assert draft.sections["held"] == {"access-paths": ["meridian"]}
