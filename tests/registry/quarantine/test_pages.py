"""Quarantine on pages and over REST: what it touches is shown first, then two clicks; the marks it leaves."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from registry.catalog.models import Endpoint, Tool, Vendor
from registry.quarantine import actions
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.surfaces.models import Surface

Enter = Callable[..., Client]


def place(world: Any) -> Quarantine:
    thing = Endpoint.objects.select_related("owner", "vendor").get()
    return actions.place(actor=world.rosa, kind="endpoint", thing=thing, reason="It leaks.", incident_key="INC-7")


def test_from_an_endpoint_two_clicks_with_what_it_touches_before(world: Any, surface: Surface, client_as: Enter) -> None:
    client = client_as(world.rosa)
    page = client.get(reverse("endpoint", args=["meridian-large-eu"])).content.decode()
    lever = reverse("quarantine-place", args=["endpoint", "meridian-large-eu"])
    assert lever in page
    form = client.get(lever).content.decode()
    for said in (surface.name, "1 would have no route left", "Instead: The general queue", "Team lead"):
        assert said in form
    assert client.post(lever, {"reason": " "}).status_code == 422
    answer = client.post(lever, {"reason": "It leaks."})
    row = Quarantine.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    page = client.get(answer["Location"]).content.decode()
    assert "No surface uses it" in page and "It leaks." in page and surface.name in page
    assert client.post(lever, {"reason": "Again."}).status_code == 409


def test_who_may_not_is_told_and_who_sees_little_is_told_how_much_more(world: Any, surface: Surface, client_as: Enter) -> None:
    lever = reverse("quarantine-place", args=["endpoint", "meridian-large-eu"])
    assert [client_as(who).get(lever).status_code for who in (world.aud, world.ben, world.gus)] == [403, 403, 404]
    place(world)
    page = client_as(world.ben).get(reverse("quarantine", args=[Quarantine.objects.get().key])).content.decode()
    assert surface.name not in page and "And 1 that" in page


def test_a_source_is_chosen_by_name(world: Any, surface: Surface, client_as: Enter) -> None:
    client = client_as(world.noor)
    sent = {"source": "plan-documents"}
    answer = client.post(reverse("quarantine-new"), sent)
    assert answer["Location"] == reverse("quarantine-place", args=["source", "plan-documents"])
    assert client.post(reverse("quarantine-new"), {**sent, "tool": "claims.read"}).status_code == 422
    client.post(answer["Location"], {"reason": "The index is poisoned."})
    page = client.get(reverse("surface-contract", args=[surface.key])).content.decode()
    assert "In quarantine" in page and reverse("quarantine", args=[Quarantine.objects.get().key]) in page


def test_marks_stand_wherever_it_counts(world: Any, surface: Surface, client_as: Enter) -> None:
    client = client_as(world.noor)
    offered = reverse("quarantine-place", args=["source", "plan-documents"])
    assert offered in client.get(surface.get_absolute_url()).content.decode()
    assert offered not in client_as(world.aud).get(surface.get_absolute_url()).content.decode()
    row = place(world)
    for address in (surface.get_absolute_url(), reverse("endpoint", args=["meridian-large-eu"])):
        page = client.get(address).content.decode()
        assert row.get_absolute_url() in page
    page = client.get(surface.get_absolute_url()).content.decode()
    assert "served as off" in page and "Emergency change" in page
    vendor = actions.place(actor=world.rosa, kind="vendor", thing=Vendor.objects.get(), reason="Gone.")
    assert vendor.get_absolute_url() in client.get(reverse("vendor", args=["meridian"])).content.decode()
    assert "in quarantine" in client_as(world.rosa).get(reverse("briefing")).content.decode()


def test_lifting_is_asked_for_on_its_page_and_decided_where_all_is_decided(
    world: Any, surface: Surface, client_as: Enter
) -> None:
    row = place(world)
    assert client_as(world.rosa).post(reverse("quarantine-lift", args=[row.key]), {"reason": "Mended."}).status_code == 302
    lift = QuarantineLift.objects.select_related("request").get()
    page = client_as(world.sam).get(reverse("approval", args=[lift.request.key])).content.decode()
    assert "What comes back" in page and "It leaks." in page and "Mended." in page
    page = client_as(world.rosa).get(row.get_absolute_url()).content.decode()
    assert "Lifting it waits" in page and reverse("incident", args=["INC-7"]) in page


def test_the_list_costs_the_same_for_one_row_and_three(world: Any, surface: Surface, client_as: Enter) -> None:
    client, counts = client_as(world.rosa), []
    place(world)
    client.get(reverse("quarantines"))
    for more in ((), ("source", "vendor")):
        for kind in more:
            thing = Vendor.objects.get() if kind == "vendor" else "plan-documents"
            actions.place(actor=world.rosa, kind=kind, thing=thing, reason="Harm.")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("quarantines")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
    with CaptureQueriesContext(connection) as asked:
        client.get(Quarantine.objects.first().get_absolute_url())
    assert len(asked) <= 15


def test_over_rest_it_is_previewed_placed_and_asked_to_be_lifted(
    world: Any, surface: Surface, api_as: Callable[..., APIClient]
) -> None:
    api = api_as(world.rosa, "registry:read", "registry:write")
    before = api.get("/api/v1/quarantines/preview", {"kind": "tool", "thing": "claims.read"}).json()
    assert (before["count"], before["stopping"], before["surfaces"][0]["loses"]) == (1, 0, ["tool claims.read"])
    sent = {"kind": "tool", "thing": "claims.read", "reason": "It reads the wrong region.", "incident_key": "INC-3"}
    made = api.post("/api/v1/quarantines", sent, format="json")
    assert made.status_code == 201 and made.json()["thing"] == "claims.read" and made.json()["incident_key"] == "INC-3"
    key = made.json()["key"]
    assert api.get(f"/api/v1/quarantines/{key}/touched").json()["surfaces"][0]["surface"] == surface.key
    asked = api.post(f"/api/v1/quarantines/{key}/lift", {"reason": "Mended."}, format="json")
    assert asked.status_code == 201 and asked.json()["state"] == "asked"
    assert api.get("/api/v1/quarantines", {"active": "true"}).json()["results"][0]["key"] == key
    assert api.get(f"/api/v1/quarantines/{key}/activity").json()["results"]
    assert api.post("/api/v1/quarantines", {**sent, "thing": "nope"}, format="json").status_code == 404
    assert Tool.objects.get(key="claims.read").state == "approved"
