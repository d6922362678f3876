"""What was observed is shown to those who see its surface: lists, pages, traces, the surface's tab, sealed hours, REST."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock, jobs
from governance.core.models import Job
from registry.surfaces.models import Surface
from registry.usage.models import Observation, SealedHour, UsagePath
from registry.usage.sealing import hours
from tests.registry.usage.observing import call, deliver

TRACE = uuid4()


@pytest.fixture
def seen(world: Any, live: Surface) -> Surface:
    """One call as approved, one of another model, one tool that is not allowed, one of nobody's."""
    deliver(
        [
            call(claim=live.key, trace=TRACE),
            call(claim=live.key, model="gpt-x", provider="openai", region="us-east", trace=TRACE, error="timeout", outcome=2),
            call(claim=live.key, tool="mail.send", model="", trace=TRACE),
            call(service="expenses", model="gpt-x", trace=TRACE, classes=("health",)),
        ]
    )
    return live


def text_of(client: Any, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return str(answer.content.decode())


def test_the_list_shows_what_a_reader_may_see(world: Any, seen: Surface, client_as: Callable[..., Any]) -> None:
    everything = text_of(client_as(world.ada), "/observations/")
    assert "4 ways in which models are really used" in everything
    assert "expenses" in everything

    own = text_of(client_as(world.noor), "/observations/?standing=not_approved")
    assert "gpt-x" in own and "mail.send" in own
    assert "expenses" not in own
    assert "mail.send" in text_of(client_as(world.noor), "/observations/?reason=tool_not_in_revision&sort=-calls")
    assert client_as(world.ada).get("/observations/-/export.csv").status_code == 200


def test_the_list_costs_the_same_at_one_row_and_at_three(world: Any, live: Surface, client_as: Callable[..., Any]) -> None:
    client = client_as(world.ada)
    deliver([call(claim=live.key)])
    client.get("/observations/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/observations/")
    deliver([call(claim=live.key, feature="a"), call(claim=live.key, feature="b")])
    with CaptureQueriesContext(connection) as three:
        client.get("/observations/")
    assert len(three) <= len(one) <= 15


def test_one_way_of_use_says_what_speaks_against_it_and_its_calls(
    world: Any, seen: Surface, client_as: Callable[..., Any]
) -> None:
    path = UsagePath.objects.get(surface=seen, model="gpt-x")
    page = text_of(client_as(world.noor), path.get_absolute_url())
    assert "No endpoint of the catalogue is this model where it was called" in page
    calls = text_of(client_as(world.noor), f"{path.get_absolute_url()}calls/")
    assert "timeout" in calls and TRACE.hex[:12] in calls
    alien = UsagePath.objects.get(service="expenses")
    text_of(client_as(world.noor), alien.get_absolute_url(), 404)
    text_of(client_as(world.ada), f"{path.get_absolute_url()}calls/?before=nonsense~2")


def test_single_calls_are_leafed_through_by_time(world: Any, live: Surface, client_as: Callable[..., Any]) -> None:
    start = clock.now() - timedelta(seconds=100)
    deliver([call(claim=live.key, error="the oldest"), *(call(claim=live.key) for _ in range(50))])
    Observation.objects.filter(error="the oldest").update(at=start)
    path = UsagePath.objects.get()
    first = text_of(client_as(world.noor), f"{path.get_absolute_url()}calls/")
    assert "the oldest" not in first
    older = first.split('href="?before=')[1].split('"')[0]
    assert "the oldest" in text_of(client_as(world.noor), f"{path.get_absolute_url()}calls/?before={older}")


def test_a_trace_shows_the_calls_that_a_reader_may_see(world: Any, seen: Surface, client_as: Callable[..., Any]) -> None:
    assert "4 calls that you can see" in text_of(client_as(world.ada), f"/observations/traces/{TRACE.hex}/")
    assert "3 calls that you can see" in text_of(client_as(world.noor), f"/observations/traces/{TRACE.hex}/")
    text_of(client_as(world.noor), "/observations/traces/zz/", 404)
    text_of(client_as(world.noor), f"/observations/traces/{uuid4().hex}/", 404)


def test_a_surface_shows_approved_beside_observed(world: Any, seen: Surface, client_as: Callable[..., Any]) -> None:
    client = client_as(world.noor)
    page = text_of(client, f"/surfaces/{seen.key}/observed/")
    for said in ("Meridian large, EU", "gpt-x", "mail.send", "claims.read", "Not seen", "2 ways of use are not as approved"):
        assert said in page, said
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/surfaces/{seen.key}/observed/")
    assert len(asked) <= 18


def test_a_surface_that_tells_nothing_says_so(world: Any, live: Surface, client_as: Callable[..., Any]) -> None:
    assert "Nothing of it was observed" in text_of(client_as(world.noor), f"/surfaces/{live.key}/observed/")


def test_sealed_hours_are_shown_and_verified(world: Any, seen: Surface, client_as: Callable[..., Any], api_as: Any) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        [sealed] = hours.seal_due()
    client = client_as(world.rosa)
    assert sealed.digest[:8] in text_of(client, f"/observations/received/{sealed.key}/")
    assert "1 hour" in text_of(client, "/observations/received/")
    text_of(client_as(world.noor), f"/observations/received/{sealed.key}/", 404)
    answer = client.post(f"/observations/received/{sealed.key}/verify/")
    assert answer.status_code == 302
    jobs.run(Job.objects.get(kind="usage.verify").pk)
    assert Job.objects.get(kind="usage.verify").result["holds"] is True
    api = api_as(world.rosa)
    assert api.get("/api/v1/sealed-hours").json()["results"][0]["digest"] == sealed.digest
    assert api.post(f"/api/v1/sealed-hours/{sealed.key}/verification", {}, format="json").status_code == 202
    assert api_as(world.noor).get(f"/api/v1/sealed-hours/{sealed.key}").status_code == 404


def test_programs_read_ways_of_use_sums_and_calls(world: Any, seen: Surface, api_as: Any) -> None:
    api = api_as(world.noor)
    rows = api.get("/api/v1/usage-paths?standing=not_approved").json()["results"]
    assert {row["tool"] or row["model"] for row in rows} == {"gpt-x", "mail.send"}
    key = next(row["key"] for row in rows if row["tool"])
    assert api.get(f"/api/v1/usage-paths/{key}").json()["reasons"] == ["tool_not_in_revision:mail.send"]
    assert len(api.get(f"/api/v1/usage-paths/{key}/observations").json()["results"]) == 1
    deliver([call(claim=seen.key, tool="mail.send", model="", trace=TRACE)])
    first = api.get(f"/api/v1/usage-paths/{key}/observations?limit=1").json()
    second = api.get(first["next"]).json()
    assert len({each["results"][0]["uid"] for each in (first, second)}) == 2
    assert second["next"] is None
    day = clock.now().date().isoformat()
    sums = api.get(f"/api/v1/usage-paths/sums?from={day}&to={day}&by=standing").json()
    assert {row["of"]["standing"]: row["calls"] for row in sums} == {"approved": 1, "not_approved": 3}
    assert api.get(f"/api/v1/usage-paths/sums?from={day}&to={day}&by=secrets").status_code == 400
    assert api.get(f"/api/v1/usage-paths/sums?from={day}&to=2020-01-01").status_code == 400
    assert api.get(f"/api/v1/usage-paths/sums?from={day}&to={day}&surface=S-9999").status_code == 404
    assert api_as(world.noor, "registry:read").get("/api/v1/usage-paths").status_code == 403
    assert SealedHour.objects.count() == 0
