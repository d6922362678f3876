"""The pages of a mapping session, what waits in the inbox, and REST."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from governance.scorecard import queries as home
from registry.mapping import actions
from registry.mapping.models import MappingLine, MappingSession
from tests.registry.mapping.test_exports import SSO
from tests.registry.mapping.test_sessions import session

__all__ = ["session"]
Act = Callable[..., Client]


def test_an_hour_is_held_in_the_browser(world: Any, client_as: Act) -> None:
    lena, noor = client_as(world.lena), client_as(world.noor)
    team = world.team("claims")
    made = lena.post(
        reverse("mapping-new"), {"name": "November", "teams": [team.pk], "facilitator": world.lena.pk, "minutes": 60}
    )
    found = MappingSession.objects.get()
    assert made.headers["Location"] == found.get_absolute_url()
    assert lena.post(reverse("mapping-start", args=[found.key]), {"version": 1}).status_code == 302
    assert [line.title for line in home.inbox(world.noor)] == ["Name where Claims calls models"]

    page = reverse("mapping-team", args=[found.key, "claims"])
    assert noor.post(page, {"what": ""}).status_code == 422
    assert noor.post(page, {"what": "Otter", "purpose": "Minutes"}).status_code == 302
    assert "Otter" in noor.get(page).content.decode()
    noor.post(reverse("mapping-team-done", args=[found.key, "claims"]))
    taken = lena.post(
        reverse("mapping-export", args=[found.key]), {"kind": "sso", "file": SimpleUploadedFile("a.csv", SSO)}, follow=True
    )
    text = taken.content.decode()
    assert "2 new lines from 5 rows" in text and "has named everything" in text and "ChatGPT" in text

    line = MappingLine.objects.get(what="Otter")
    begun = noor.post(reverse("mapping-line-begin", args=[line.key]))
    assert "/what/" in begun.headers["Location"]
    assert "Otter" in noor.get(begun.headers["Location"]).content.decode()
    chat = MappingLine.objects.get(what="ChatGPT")
    lena.post(reverse("mapping-line-register", args=[chat.key]))
    lena.post(reverse("mapping-line-leave", args=[MappingLine.objects.get(what="Grammarly").key]), {"reason": "Retired."})
    lena.post(reverse("mapping-close", args=[found.key]), {"notes": "Ask Finance."})
    text = lena.get(found.get_absolute_url()).content.decode()
    assert "Ask Finance." in text and "ChatGPT in Claims" in text and "Retired." in text
    assert client_as(world.daniel).get(found.get_absolute_url()).status_code == 404
    assert [each.title for each in home.inbox(world.lena) if "November" in each.title] == ["Settle what November left open"]


def test_pages_ask_the_same_for_one_line_and_for_three(
    world: Any, session: MappingSession, client_as: Act, django_assert_max_num_queries: Any
) -> None:
    client, counted = client_as(world.lena), []
    for number in range(3):
        actions.say(session, actor=world.noor, team=world.team("claims"), what=f"Place {number}")
        found = []
        for address in (
            session.get_absolute_url(),
            reverse("mapping-sessions"),
            reverse("mapping-team", args=[session.key, "claims"]),
        ):
            client.get(address)
            with django_assert_max_num_queries(16) as asked:
                client.get(address)
            found.append(len(asked))
        counted.append(found)
    assert counted[0] == counted[2]


def test_rest_does_what_the_pages_do(world: Any, session: MappingSession, api_as: Any) -> None:
    lena, noor = api_as(world.lena), api_as(world.noor)
    here = f"/api/v1/mapping-sessions/{session.key}"
    made = noor.post(f"{here}/lines", {"what": "ChatGPT", "team": "claims"}, format="json")
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    assert api_as(world.ben).get(f"/api/v1/mapping-lines/{key}").status_code == 404
    known = lena.post(f"/api/v1/mapping-lines/{key}/registration", {}, format="json")
    assert (known.status_code, known.json()["outcome"]) == (200, "registered")
    assert lena.post(f"{here}/start", format="json").json()["state"] == "running"
    taken = lena.post(f"{here}/exports", {"kind": "sso", "file": SimpleUploadedFile("a.csv", SSO)}, format="multipart")
    assert (taken.status_code, taken.json()["new_lines"]) == (200, 2)
    assert [row["what"] for row in noor.get(f"{here}/lines").json()["results"]] == ["ChatGPT", "ChatGPT"]
    assert lena.post(f"{here}/closing", {"notes": "Done."}, format="json").json()["state"] == "closed"
