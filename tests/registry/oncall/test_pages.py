"""Pages, feeds and REST of on call: what they show, do and refuse, and how many questions they take."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.people import actions as people
from registry.controls import queries as controls
from registry.oncall import actions, queries
from registry.oncall.actions import StepTerms
from registry.oncall.models import CalendarFeed, EscalationPath, Rota, Route

LAYER = {
    "name": "Primary",
    "every": "1",
    "rotation": "weekly",
    "handover": "09:00",
    "starts_on": "2026-06-01",
    "order": "",
    "since": "",
    "until": "",
}


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_a_rota_is_made_filled_and_covered_on_pages(world, client_as, june):
    browser = client_as(world.rosa)
    made = browser.post(
        reverse("rota-new"), {"name": "Night desk", "team": world.team("claims").pk, "time_zone": "Europe/Berlin"}
    )
    assert made.status_code == 302 and made.url.endswith("/night-desk/")
    assert "Nobody takes turns in this rota." in text(browser.get(made.url))
    nobody = browser.post(reverse("rota-layer-new", args=["night-desk"]), LAYER)
    assert nobody.status_code == 422 and "choose at least one person" in nobody.content.decode()
    turns = LAYER | {"person_1": world.sam.ref, "person_2": world.noor.ref, "version": "1"}
    assert browser.post(reverse("rota-layer-new", args=["night-desk"]), turns).status_code == 302
    assert "every week on Monday, at 09:00" in text(browser.get(reverse("rota-layers", args=["night-desk"])))
    assert "Sam Carter" in text(browser.get(reverse("rota-layer-change", args=["night-desk", 1])))
    stale = browser.post(reverse("rota-layer-change", args=["night-desk", 1]), turns | {"version": "1"})
    assert stale.status_code == 409 and world.noor.ref in stale.content.decode()
    times = {"starts_at": "2026-06-03T14:00", "ends_at": "2026-06-03T18:00", "person": world.ben.ref, "reason": "Dentist."}
    assert browser.post(reverse("rota-cover", args=["night-desk"]), times).status_code == 302
    page = text(browser.get(reverse("rota", args=["night-desk"])))
    assert "Ben Okafor" in page and "override" in page and "On call now" in page
    assert "June 2026" in text(browser.get(reverse("rota", args=["night-desk"]) + "?span=month"))
    assert "Dentist." in text(browser.get(reverse("rota-overrides", args=["night-desk"])))
    assert text(browser.get(reverse("rota", args=["night-desk"]) + "?day=nonsense"))


def test_a_gap_ahead_is_said(world, client_as, rota):
    office = {"weekdays": list(range(5)), "from": "09:00", "to": "17:00"}
    terms = actions.LayerTerms("Primary", [world.noor], datetime(2026, 6, 1).date(), restriction=office, order=1)
    actions.set_layers(rota, [terms], actor=world.rosa)
    page = text(client_as(world.rosa).get(reverse("rota", args=[rota.key])))
    assert "Nobody is on call for some of the next fourteen days." in page and "nobody" in page


def test_a_path_and_a_route_are_made_and_tried_on_pages(world, client_as, rota, surface):
    browser = client_as(world.rosa)
    steps = {"tells_1_1": f"rota:{rota.key}", "wait_1": "5", "tells_2_1": "position:engineering", "wait_2": "10"}
    named = {"name": "Claims way", "team": "", "repeat": "1"}
    made = browser.post(reverse("escalation-path-new"), named | steps)
    assert made.status_code == 302, made.content[:2000]
    page = text(browser.get(made.url))
    assert "Noor Haddad" in page and "Daniel Weiss" in page and "after 5 min the next step" in page
    path = EscalationPath.objects.get(key="claims-way")
    wanted = {"surface": surface.key, "category": "", "tier": "", "team": "", "path": path.pk, "reason": ""}
    assert browser.post(reverse("on-call-route-new"), wanted).status_code == 302
    tried = text(browser.get(reverse("on-call-routes-try") + f"?surface={surface.key}&category=bias"))
    assert "Claims way" in tried and "Noor Haddad" in tried
    listed = text(browser.get(reverse("on-call-routes")))
    assert "Which path answers" in listed and surface.name in listed
    form = text(browser.get(reverse("escalation-path-steps", args=[path.key])))
    assert f'value="rota:{rota.key}" selected' in form
    fewer = {"tells_1_1": f"person:{world.ben.ref}", "wait_1": "5", "wait_2": "10", "version": str(path.version)}
    assert browser.post(reverse("escalation-path-steps", args=[path.key]), fewer).status_code == 302
    assert [str(step.target) for step in path.steps.all()] == ["Ben Okafor"]
    emptied = browser.post(reverse("escalation-path-steps", args=[path.key]), {"wait_1": "5", "wait_2": "10"})
    assert emptied.status_code == 422 and "Say whom it tells first" in emptied.content.decode()


def test_the_fallback_says_what_it_is_and_cannot_be_removed(world, client_as):
    route = queries.fallback()
    browser = client_as(world.rosa)
    assert "cannot be removed" in text(browser.get(route.get_absolute_url()))
    assert browser.get(reverse("on-call-route-remove", args=[route.key])).status_code == 403
    assert "This is the fallback." in text(browser.get(route.path.get_absolute_url()))


def test_a_route_of_a_surface_is_seen_by_those_who_see_the_surface(world, client_as, path, surface):
    route = actions.make_route(actor=world.rosa, path=path, surface=surface)
    assert client_as(world.ben).get(route.get_absolute_url()).status_code == 404
    assert surface.name not in text(client_as(world.ben).get(reverse("on-call-routes")))
    assert surface.name not in text(client_as(world.ben).get(path.get_absolute_url()))
    assert client_as(world.noor).get(route.get_absolute_url()).status_code == 200


def test_guests_see_nothing_of_on_call(world, client_as, api_as, rota, path):
    browser = client_as(world.gus)
    for url in (rota.get_absolute_url(), path.get_absolute_url(), queries.fallback().get_absolute_url()):
        assert browser.get(url).status_code == 404
    assert "Claims on call" not in text(browser.get(reverse("rotas")))
    assert "Fallback" not in text(browser.get(reverse("on-call-routes")))
    assert browser.get(reverse("on-call-routes-try") + "?category=bias").status_code == 403
    assert api_as(world.gus).get("/api/v1/routes/match").status_code == 403


def test_being_on_call_stands_under_ones_name(world, client_as, rota):
    browser = client_as(world.noor)
    assert '<span id="person-badge">Claims product lead</span>' in text(browser.get(reverse("rotas")))
    browser.get("/ui/counts/", HTTP_HX_REQUEST="true")
    assert '<span id="person-badge">On call</span>' in text(browser.get(reverse("rotas")))


@pytest.mark.parametrize("name", ["rotas", "escalation-paths", "on-call-routes"])
def test_lists_take_as_many_queries_at_three_rows_as_at_one(world, client_as, rota, path, name):
    browser = client_as(world.rosa)
    actions.make_route(actor=world.rosa, path=path, tier=1)

    def count() -> int:
        browser.get(reverse(name))
        with CaptureQueriesContext(connection) as found:
            browser.get(reverse(name))
        return len(found)

    before = count()
    for number in (2, 3):
        more = actions.make_rota(actor=world.rosa, name=f"Rota {number}", team=world.team("claims"))
        actions.set_layer(more, actions.LayerTerms("Primary", [world.ben], datetime(2026, 5, 1).date()), actor=world.rosa)
        way = actions.make_path(actor=world.rosa, name=f"Path {number}", steps=[StepTerms([more])])
        actions.make_route(actor=world.rosa, path=way, tier=number)
    assert count() == before <= 15


def test_object_pages_take_few_queries(world, client_as, rota, path):
    browser = client_as(world.rosa)
    for url in (rota.get_absolute_url(), path.get_absolute_url()):
        browser.get(url)
        with CaptureQueriesContext(connection) as found:
            browser.get(url)
        assert len(found) <= 15, "\n".join(each["sql"][:130] for each in found)


def test_a_calendar_program_reads_the_shifts_until_the_address_is_revoked(world, client_as, rota):
    answer = client_as(world.noor).post(reverse("on-call-feed-new"))
    assert answer["Cache-Control"] == "no-store"
    address = answer.content.decode().split('<code id="secret">')[1].split("</code>")[0]
    stranger = Client()
    found = stranger.get(address)
    assert found["Content-Type"] == "text/calendar; charset=utf-8"
    events = icalendar.Calendar.from_ical(found.content).walk("VEVENT")
    assert [(each["summary"], each.decoded("dtstart")) for each in events][:2] == [
        ("On call: Claims on call", datetime(2026, 6, 1, 7, tzinfo=UTC)),
        ("On call: Claims on call", datetime(2026, 6, 15, 7, tzinfo=UTC)),
    ]
    assert all(each.decoded("dtend") - each.decoded("dtstart") == timedelta(days=7) for each in events[:6])
    feed = CalendarFeed.objects.get()
    assert client_as(world.ben).post(reverse("on-call-feed-revoke", args=[feed.pk])).status_code == 404
    assert client_as(world.noor).post(reverse("on-call-feed-revoke", args=[feed.pk])).status_code == 302
    assert stranger.get(address).status_code == 404 and stranger.get(address.replace(".ics", "x.ics")).status_code == 404


def test_the_feed_of_a_rota_names_everybody_and_dies_with_its_owner(world, client_as, rota):
    made = actions.make_feed(actor=world.ben, rota=rota)
    address = reverse("on-call-calendar", args=[made.secret])
    events = icalendar.Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert {str(each["summary"]) for each in events} == {"Noor Haddad on call", "Sam Carter on call"}
    assert made.secret not in str(CalendarFeed.objects.values()) + str(CalendarFeed.history.values())
    people.deactivate(world.ben, actor=world.ada, reason="Left.")
    assert Client().get(address).status_code == 404


def test_everything_is_done_over_rest(world, api_as, june, surface):
    api = api_as(world.rosa)
    rota = api.post("/api/v1/rotas", {"name": "Claims", "team": "claims", "time_zone": "Europe/Berlin"}, format="json")
    assert rota.status_code == 201, rota.content
    layers = {"layers": [{"name": "Primary", "people": [world.noor.ref, world.sam.ref], "starts_on": "2026-06-01"}]}
    filled = api.put("/api/v1/rotas/claims/layers", layers, format="json", HTTP_IF_MATCH=rota["ETag"])
    assert [each["name"] for each in filled.json()["layers"][0]["people"]] == ["Noor Haddad", "Sam Carter"]
    assert api.get("/api/v1/rotas/claims/on-call").json()[0]["person"] == world.noor.ref
    cover = {"person": world.ben.ref, "starts_at": "2026-06-04T09:00:00Z", "ends_at": "2026-06-05T09:00:00Z"}
    over = api.post("/api/v1/rotas/claims/overrides", cover, format="json")
    assert over.status_code == 201
    shifts = api.get("/api/v1/rotas/claims/shifts?start=2026-06-03&days=7").json()
    assert [each["name"] for each in shifts] == ["Noor Haddad", "Ben Okafor", "Noor Haddad", "Sam Carter"]
    off = api.post("/api/v1/rotas/claims/override-cancellations", {"override": over.json()["id"]}, format="json")
    assert off.status_code == 200 and off.json()["cancelled_at"]
    steps = [{"wait_minutes": 5, "tells": [{"kind": "rota", "key": "claims"}, {"kind": "person", "key": world.ben.ref}]}]
    path = api.post("/api/v1/escalation-paths", {"name": "Claims way", "steps": steps}, format="json")
    assert path.status_code == 201, path.content
    told = api.get("/api/v1/escalation-paths/claims-way/targets").json()
    assert [each["name"] for each in told[0]["people"]] == ["Noor Haddad", "Ben Okafor"]
    route = api.post("/api/v1/routes", {"path": "claims-way", "surface": surface.key}, format="json")
    assert route.status_code == 201, route.content
    match = api.get(f"/api/v1/routes/match?surface={surface.key}&category=bias").json()
    assert (match["path"], match["is_fallback"]) == ("claims-way", False)
    assert api.get("/api/v1/routes/match?surface=S-9999").status_code == 400
    gone = api.delete(f"/api/v1/routes/{route.json()['key']}", HTTP_IF_MATCH=route["ETag"])
    assert gone.status_code == 204 and Route.objects.count() == 1
    assert api.post("/api/v1/escalation-paths/claims-way/retirement", {"reason": "Over."}, format="json").status_code == 200
    assert api.post("/api/v1/rotas/claims/retirement", {}, format="json").status_code == 200
    kept = api.delete("/api/v1/routes/RT-1", HTTP_IF_MATCH='"v1"')
    assert kept.status_code in (403, 404)


def test_the_control_turns_with_the_routes(world, path, surface):
    def standing() -> tuple[str, str]:
        result = next(each for each in controls.standing(surface).results if each.key == "on_call_route")
        return result.status, result.why

    assert standing() == (
        "not_met",
        "No on-call route leads anywhere but to the fallback: whoever is called then knows nothing of it.",
    )
    actions.make_route(actor=world.rosa, path=path, category="bias")
    assert "only the fallback is called" in standing()[1]
    actions.make_route(actor=world.rosa, path=path, team=world.team("claims"))
    assert standing() == ("met", "Claims is called, whatever goes wrong.")
    people.deactivate(world.daniel, actor=world.ada, reason="Left.")
    assert standing() == ("not_met", "Step 2 of Claims reaches nobody.")


def test_rotas_and_paths_are_found(world, client_as, rota, path):
    page = text(client_as(world.ben).get("/palette/?q=claims"))
    assert rota.get_absolute_url() in page and path.get_absolute_url() in page
    assert Rota.objects.visible_to(world.gus).count() == 0
