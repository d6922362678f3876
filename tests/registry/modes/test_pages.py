"""The lever on pages and over REST: two clicks from a surface, the same refusals on every way in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.approvals.models import ApprovalRequest
from governance.core.contributions import BriefingLine, SearchSource, contribution
from governance.ui.views import commands
from registry.modes import actions
from registry.modes.models import ModeChange, ModeRaise
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

Enter = Callable[..., Client]


def mode_of(surface: Surface) -> str:
    return Surface.objects.get(pk=surface.pk).mode


def test_two_clicks_lower_the_mode(world: Any, surface: Surface, client_as: Enter) -> None:
    client = client_as(world.noor)
    page = client.get(surface.get_absolute_url()).content.decode()
    lever = reverse("surface-mode", args=[surface.key])
    for rung in ("human_review", "no_tools", "no_retrieval", "safer_model", "off"):
        assert f'href="{lever}?to={rung}"' in page
    form = client.get(f"{lever}?to=no_tools").content.decode()
    assert 'value="no_tools"' in form and "Not called: Read claims." in form and "The general queue" in form
    assert "does not name this rung" in form and "Team lead" in form
    answer = client.post(f"{lever}?to=no_tools", {"to": "no_tools", "reason": "It booked twice.", "version": surface.version})
    assert (answer.status_code, answer["Location"]) == (302, surface.get_absolute_url())
    assert mode_of(surface) == "no_tools"
    page = client.get(surface.get_absolute_url()).content.decode()
    assert "It runs in mode no tools" in page and "It booked twice." in page
    assert f'href="{lever}raise/?to=normal"' in page and f'href="{lever}?to=human_review"' not in page


def test_of_two_at_once_the_second_sees_the_new_state_and_keeps_what_was_typed(
    world: Any, surface: Surface, client_as: Enter
) -> None:
    seen = surface.version
    actions.lower(surface, actor=world.rosa, to="off", reason="Harm.")
    sent = {"to": "no_tools", "reason": "It booked twice.", "version": seen}
    answer = client_as(world.noor).post(reverse("surface-mode", args=[surface.key]), sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "another mode by now: off" in page and "It booked twice." in page


def test_lowering_is_refused_with_who_can(world: Any, surface: Surface, client_as: Enter) -> None:
    lever = reverse("surface-mode", args=[surface.key])
    assert client_as(world.ben).get(lever).status_code == 404
    assert client_as(world.aud).get(lever).status_code == 403
    assert "Lower to" not in client_as(world.aud).get(surface.get_absolute_url()).content.decode()
    answer = client_as(world.noor).post(lever, {"to": "off", "reason": " "})
    assert answer.status_code == 422 and mode_of(surface) == "normal"


def test_who_is_named_for_the_lever_needs_no_sight_of_the_rest(world: Any, surface: Surface, client_as: Enter) -> None:
    client = client_as(world.daniel)  # Engineering: responsible for the kill switch of tier 0
    assert client.get(surface.get_absolute_url()).status_code == 404
    lever = reverse("surface-mode", args=[surface.key])
    assert client.get(lever).status_code == 200
    answer = client.post(lever, {"to": "off", "reason": "Harm."})
    assert (answer["Location"], mode_of(surface)) == (reverse("modes"), "off")


def test_raising_is_asked_for_decided_and_shown(world: Any, lowered: Surface, client_as: Enter) -> None:
    client = client_as(world.noor)
    up = reverse("surface-mode-raise", args=[lowered.key])
    assert "Those who approve it sign this." in client.get(up).content.decode()
    answer = client.post(up, {"to": "normal", "reason": "The booking is mended.", "version": lowered.version})
    assert answer.status_code == 302
    assert "waits for approval" in client.get(lowered.get_absolute_url()).content.decode()
    request = ApprovalRequest.objects.get(subject_kind="mode")
    lead = client_as(world.sam)
    screen = lead.get(reverse("approval", args=[request.key])).content.decode()
    assert "What comes back" in screen and "It booked twice." in screen and "Read claims" in screen
    lead.post(reverse("approval-approve", args=[request.key]), {"digest": request.subject_digest})
    assert mode_of(lowered) == "normal"


def test_what_is_lowered_is_listed_counted_and_found(world: Any, lowered: Surface, client_as: Enter) -> None:
    client = client_as(world.noor)
    page = client.get(reverse("modes")).content.decode()
    assert lowered.name in page and "No tools" in page and "It booked twice." in page
    assert lowered.name in client.get(reverse("mode-changes")).content.decode()
    assert lowered.name in client.get(reverse("surfaces"), {"mode": "no_tools"}).content.decode()
    line = contribution(BriefingLine, "modes.lowered")
    assert (line.rows(world.noor).count(), line.rows(world.ben).count()) == (1, 0)
    assert [hit.url for hit in commands(world.noor, ["lower", "mode"])] == [reverse("mode-lower")]
    find = contribution(SearchSource, "levers").find
    for words in ("pull switch claims", "lower the mode of S-1", "stop Claims"):
        assert [hit.url for hit in find(world.noor, words.replace("S-1", lowered.key), 5)] == [
            reverse("surface-mode", args=[lowered.key])
        ]
    assert find(world.noor, "claims", 5) == [] == find(world.aud, "stop claims", 5)


@pytest.mark.parametrize("name", ["modes", "mode-changes", "mode-lower"])
def test_lists_cost_the_same_at_one_row_and_at_three(world: Any, lowered: Surface, client_as: Enter, name: str) -> None:
    client = client_as(world.noor)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    for number in (2, 3):
        other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"Claims {number}")
        actions.lower(other, actor=world.noor, to="no_tools", reason="It booked twice.")
    with CaptureQueriesContext(connection) as three:
        page = client.get(reverse(name)).content.decode()
    assert "Claims 3" in page and len(three) == len(one)


def test_rest_lowers_and_asks_with_the_same_words(world: Any, surface: Surface, api_as: Callable[..., Any]) -> None:
    at = f"/api/v1/surfaces/{surface.key}/mode"
    noor, stranger, auditor = api_as(world.noor), api_as(world.ben), api_as(world.aud)
    body = {"to": "no_tools", "reason": "It booked twice.", "drill": "DR-12"}
    assert stranger.post(at, body, format="json").status_code == 404
    assert auditor.post(at, body, format="json").status_code == 403
    assert api_as(world.noor, "registry:read").post(at, body, format="json").status_code == 403
    made = noor.post(at, body, format="json")
    assert made.status_code == 200, made.content
    step = made.json()
    assert (step["surface"], step["before"], step["after"], step["standing"], step["drill"]) == (
        surface.key, "normal", "no_tools", "Owner", "DR-12",
    )  # fmt: skip
    assert noor.post(at, body, format="json").status_code == 409
    assert noor.post(at, {**body, "to": "human_review"}, format="json").status_code == 400
    asked = noor.post(f"{at}/raise", {"to": "normal", "reason": "Mended."}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (200, "asked")
    assert noor.post(f"{at}/raise", {"to": "normal", "reason": "Mended."}, format="json").status_code == 409
    listed = noor.get("/api/v1/modes", {"after": "no_tools"}).json()["results"]
    assert [row["key"] for row in listed] == [step["key"]]
    assert noor.get(f"/api/v1/modes/{step['key']}").json()["reason"] == "It booked twice."
    assert stranger.get("/api/v1/modes").json()["results"] == []
    assert ModeChange.objects.count() == ModeRaise.objects.count() == 1
