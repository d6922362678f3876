"""The pages and the API of exceptions: what each shows, to whom, and what its forms do."""

from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.exceptions import actions, queries
from registry.exceptions.models import ControlException
from registry.exceptions.reading import in_charter
from tests.registry.building import make_surface
from tests.registry.exceptions.conftest import approve, in_days


def test_asking_starts_from_the_control_and_says_the_longest_day_and_why(world, surface, client_as):
    noor = client_as(world.noor)
    address = f"{reverse('exception-new')}?surface={surface.key}&control=rate_limits"
    shown = noor.get(address).content.decode()
    assert f'max="{in_days(90).isoformat()}"' in shown and "In tier 2 an exception lasts 90 days at most" in shown
    assert f'value="{surface.key}"' in shown and "Security" in shown
    sent = {
        "surfaces": surface.key,
        "controls": ["rate_limits"],
        "reason": "Not live yet.",
        "measures": "",
        "owner": world.noor.pk,
    }
    late = sent | {"measures": "A cap.", "expires_on": in_days(91).isoformat()}
    refused = noor.post(address, late)
    assert refused.status_code == 422 and "In tier 2" in refused.content.decode() and "Not live yet." in refused.content.decode()
    assert noor.post(address, sent | {"expires_on": in_days(9).isoformat()}).status_code == 422
    made = noor.post(address, late | {"expires_on": in_days(9).isoformat()})
    exception = ControlException.objects.get()
    assert made.status_code == 302 and made.url == reverse("exception", args=[exception.key])


def test_readers_and_strangers_do_not_ask(world, surface, client_as):
    address = f"{reverse('exception-new')}?surface={surface.key}"
    assert client_as(world.aud).get(address).status_code == 403
    assert client_as(world.ben).get(address).status_code == 404
    mine = {"surfaces": surface.key, "controls": ["rate_limits"], "reason": "r", "measures": "m", "owner": world.ben.pk}
    refused = client_as(world.ben).post(reverse("exception-new"), mine | {"expires_on": in_days(5).isoformat()})
    assert refused.status_code == 422 and not ControlException.objects.exists()


def test_each_tab_opens_for_those_who_see_it_and_is_not_there_for_others(world, held, client_as):
    for name in ("exception", "exception-activity"):
        page = reverse(name, args=[held.key])
        assert client_as(world.noor).get(page).status_code == 200
        assert client_as(world.priya).get(page).status_code == 200  # she approved it
        assert client_as(world.aud).get(page).status_code == 200
        assert client_as(world.ben).get(page).status_code == 404
    shown = client_as(world.noor).get(reverse("exception", args=[held.key])).content.decode()
    assert "Rate limits" in shown and "20 days left" in shown and held.digest in shown


def test_the_deciding_screen_shows_what_is_asked(world, ask, client_as):
    page = client_as(world.priya).get(reverse("approval", args=[ask().request.key])).content.decode()
    assert "The gateway is not live yet." in page and "A daily cap." in page and "In tier 2" in page


def test_ending_extending_and_changing_the_owner(world, held, client_as):
    noor = client_as(world.noor)
    at = {name: reverse(f"exception-{name}", args=[held.key]) for name in ("end", "extend", "owner")}
    for address in at.values():
        assert noor.get(address).status_code == 200
        assert client_as(world.aud).get(address).status_code == 403
    assert noor.post(at["owner"], {"version": held.version, "owner": world.sam.pk, "reason": ""}).status_code == 302
    assert noor.post(at["owner"], {"version": held.version, "owner": world.noor.pk, "reason": ""}).status_code == 409
    later = {"reason": "Late.", "measures": "The cap stays.", "owner": world.sam.pk, "expires_on": in_days(50).isoformat()}
    assert noor.post(at["extend"], later).status_code == 302
    assert ControlException.objects.get(extends=held).owner == world.sam
    now = ControlException.objects.get(pk=held.pk)
    assert noor.post(at["end"], {"version": now.version, "reason": "It is live."}).status_code == 302
    assert queries.active_for([held.surfaces.get()]) == {}


def test_the_list_is_filtered_by_how_each_stands_now(world, surface, held, ask, client_as):
    ask(controls=["safety_filter"])
    where = reverse("exceptions")

    def found(query):
        page = client_as(world.noor).get(f"{where}?{query}").content.decode()
        return [word for word in ("Rate limits on", "Safety filter on") if word in page]

    assert found("") == ["Rate limits on", "Safety filter on"]
    assert found("state=active") == ["Rate limits on"]
    assert found("control=safety_filter") == ["Safety filter on"]
    assert found(f"surface={surface.pk}&ends_within=30") == ["Rate limits on"]
    assert found("ends_within=5") == [] and found("relied_on=true") == []
    with time_machine.travel(held.ends_at + timedelta(seconds=1)):
        assert found("state=active") == [] and found("state=expired") == ["Rate limits on"]


def test_the_list_asks_as_much_for_three_as_for_one(world, surface, held, client_as, api_as):
    noor, robot = client_as(world.noor), api_as(world.noor)

    def asked(client, address):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = ((noor, reverse("exceptions")), (robot, "/api/v1/exceptions"))
    for client, address in addresses:
        asked(client, address)
    before = [asked(*each) for each in addresses]
    for number in range(2):
        other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"S{number}", tier=2)
        actions.ask_for(
            actor=world.noor,
            surfaces=[other],
            controls=["rate_limits"],
            reason="r",
            measures="m",
            expires_on=in_days(9),
        )
    assert [asked(*each) for each in addresses] == before


def test_the_charter_prints_what_holds_and_only_that(world, held):
    assert in_charter() == [f"Rate limits on Claims triage, until {held.expires_on:%-d %B %Y}, {world.noor.name} ({held.key})"]
    with time_machine.travel(held.ends_at + timedelta(seconds=1)):
        assert in_charter() == []


def test_programs_ask_read_extend_end_and_withdraw(world, surface, api_as):
    client, where = api_as(world.noor), "/api/v1/exceptions"
    body = {"surfaces": [surface.key], "controls": ["rate_limits"], "reason": "Not live.", "measures": "A cap."}
    assert client.post(where, body, format="json").status_code == 400
    made = client.post(where, body | {"expires_on": in_days(20).isoformat()}, format="json")
    assert made.status_code == 201 and made.json()["state"] == "requested" and made.json()["surfaces"] == [surface.key]
    one = f"{where}/{made.json()['key']}"
    exception = approve(ControlException.objects.get(), world.priya)
    assert client.get(one).json()["state"] == "active" and client.get(f"{one}/relied-on").json() == []
    more = {"reason": "Later.", "measures": "A cap.", "expires_on": in_days(60).isoformat()}
    longer = client.post(f"{one}/extension", more, format="json")
    assert longer.status_code == 201 and longer.json()["extends"] == exception.key
    assert (
        client.post(f"{where}/{longer.json()['key']}/withdrawal", {"reason": "No."}, format="json").json()["state"] == "withdrawn"
    )
    assert client.put(f"{one}/owner", {"owner": world.sam.ref}, format="json").json()["owner"] == world.sam.ref
    assert client.post(f"{one}/end", {"reason": "Live."}, format="json").json()["state"] == "ended"
    assert client.post(f"{one}/end", {"reason": "Live."}, format="json").status_code == 409
    assert api_as(world.ben).get(one).status_code == 404
    assert {entry["kind"] for entry in client.get(f"{one}/activity").json()["results"]} >= {
        "exception.ended",
        "exception.in_force",
    }


def test_a_page_reads_its_request_and_who_may_decide_once(world, client_as, ask):
    asked, rosa = ask(), client_as(world.rosa)
    for address in (reverse("exception", args=[asked.key]), reverse("approval", args=[asked.request.key])):
        rosa.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert rosa.get(address).status_code == 200
        told = [each["sql"] for each in seen.captured_queries]
        assert sum('(SELECT "governance_holding"."id"' in each for each in told) == 1, "who sits where"
