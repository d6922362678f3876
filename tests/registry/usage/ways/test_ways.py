"""Observations by REST and as a table: strict, item by item, stored once."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from governance.core import clock
from registry.surfaces.models import Surface
from registry.usage.models import Observation, UsageBatch, UsagePath
from registry.usage.sources import actions

URL = "/api/v1/observations"


def item(**given: Any) -> dict[str, Any]:
    return {
        "at": clock.now().isoformat(),
        "key": "call-1",
        "provider": "meridian",
        "model": "meridian-2.1-large",
        "region": "eu-central",
        "tokens_in": 1180,
        "outcome": "ok",
        "data_classes": ["internal"],
        **given,
    }


def test_a_batch_is_stored_once_and_what_is_wrong_comes_back(world: Any, live: Surface, api_as: Callable[..., APIClient]) -> None:
    api = api_as(world.noor)
    wrong = [
        item(key=""),
        item(key="a", at="yesterday"),
        item(key="b", colour="red"),
        item(key="c", tokens_in=-1),
        item(key="d", tokens_in="many"),
        item(key="e", model="", tool=""),
        item(key="f", outcome="splendid"),
        item(key="g", trace_id="xyz"),
        item(key="h", operation="invoke_agent"),
        item(key="i", logged=["moods"]),
        "nothing",
        item(key="j", model="m" * 301),
    ]
    sent = {"observations": [item(surface=live.key), *wrong, item(key="call-2", tool="claims.read", model="")]}
    answer = api.post(URL, sent, format="json")
    assert (answer.status_code, answer.json()["stored"]) == (200, 2)
    assert [each["place"] for each in answer.json()["refused"]] == list(range(1, 13))
    assert "Fields are: agent, at" in answer.json()["refused"][2]["message"]
    again = api.post(URL, {"observations": [item(surface=live.key, at=sent["observations"][0]["at"])]}, format="json")  # type: ignore[call-overload]
    assert (again.json()["stored"], again.json()["duplicates"]) == (0, 1)
    path = UsagePath.objects.get(surface=live, model="meridian-2.1-large")
    assert (path.classes, path.standing, path.source) == (" internal ", "approved", None)


def test_a_source_sends_by_rest_as_itself(world: Any, gateway: actions.MadeSource) -> None:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {gateway.secret}")
    assert api.post(URL, {"observations": [item()]}, format="json").json()["stored"] == 1
    assert UsageBatch.objects.get().source == gateway.source
    actions.retire(gateway.source, actor=world.rosa)
    assert api.post(URL, {"observations": [item()]}, format="json").status_code == 401


def test_readers_send_nothing(world: Any, api_as: Callable[..., APIClient], client_as: Callable[..., Client]) -> None:
    assert api_as(world.aud).post(URL, {"observations": [item()]}, format="json").status_code == 403
    assert client_as(world.aud).get(reverse("usage-hand-in")).status_code == 403


TABLE = """at,key,Surface,vendor,model,input tokens,outcome
{now},r1,{surface},meridian,meridian-2.1-large,12,ok
yesterday,r2,{surface},meridian,meridian-2.1-large,12,ok
{now},r3,,meridian,unheard-of,"1,2",ok
"""


def test_a_table_is_handed_in_and_bad_rows_come_back_with_reasons(
    world: Any, live: Surface, client_as: Callable[..., Client], api_as: Callable[..., APIClient]
) -> None:
    table = TABLE.format(now=clock.now().isoformat(), surface=live.key)
    client = client_as(world.noor)
    page = client.post(reverse("usage-hand-in"), {"file": SimpleUploadedFile("calls.csv", table.encode())})
    said = page.content.decode()
    assert page.status_code == 200 and "2 rows refused" in said and "1 of 3 observations are stored" in said
    assert "Say when, with an offset" in said and "tokens_in must be a whole number" in said
    assert Observation.objects.count() == 1
    sent = {"file": SimpleUploadedFile("calls.csv", table.encode())}
    answer = api_as(world.noor).post(f"{URL}/tables", sent, format="multipart").json()
    assert (answer["rows"], answer["stored"], answer["duplicates"], [each["row"] for each in answer["refused"]]) == (
        3,
        0,
        1,
        [3, 4],
    )
    mended = answer["refused_csv"].replace("yesterday", clock.now().isoformat()).replace('"1,2"', "12")
    done = client.post(reverse("usage-hand-in"), {"file": SimpleUploadedFile("mended.csv", mended.encode())})
    assert (done.status_code, Observation.objects.count()) == (302, 3)


def test_a_table_of_something_else_is_refused_whole(world: Any, client_as: Callable[..., Client]) -> None:
    client = client_as(world.noor)
    for table in ("name,age\nAda,36\n", "at,at\n1,2\n", "model\nx\n"):
        page = client.post(reverse("usage-hand-in"), {"file": SimpleUploadedFile("t.csv", table.encode())})
        assert page.status_code == 422, table
    assert not UsageBatch.objects.exists()
