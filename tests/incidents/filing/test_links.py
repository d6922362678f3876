"""Links are handed out by who may, name what they name for good, and are revoked for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock
from governance.core.errors import Denied, Invalid, StaleState
from governance.ledger.models import Entry
from incidents.filing import actions
from incidents.filing.models import ReportLink
from registry.surfaces.models import Surface

API = "/api/v1/report-links"


def test_links_are_handed_out_by_who_may(world: Any, surface: Surface, make_link: Any, says: Any) -> None:
    assert make_link(actor=world.noor, surface=surface).key.startswith("RL-")
    assert make_link(actor=world.ingrid).surface is None
    for person, given in (
        (world.ben, {"surface": surface}),
        (world.noor, {}),
        (world.aud, {}),
        (world.ben, {"team": world.team("claims")}),
    ):
        with pytest.raises(Denied):
            make_link(actor=person, **given)
    says(public_links=False)
    with pytest.raises(Denied):
        make_link()
    assert Entry.objects.filter(kind="report_link.made").count() == 2


def test_a_link_ends(make_link: Any) -> None:
    for ends in (clock.now() - timedelta(days=1), clock.now() + timedelta(days=800)):
        with pytest.raises(Invalid) as refused:
            make_link(expires_at=ends)
        assert "expires_at" in refused.value.fields


def test_revoked_is_revoked(world: Any, surface: Surface, make_link: Any) -> None:
    link = make_link(actor=world.noor, surface=surface)
    with pytest.raises(Denied):
        actions.revoke_link(link, actor=world.ben, reason="no")
    with pytest.raises(Invalid):
        actions.revoke_link(link, actor=world.noor, reason=" ")
    with pytest.raises(StaleState):
        actions.revoke_link(link, actor=world.noor, reason="Down.", expected_version=link.version + 1)
    actions.revoke_link(link, actor=world.noor, reason="Down.")
    assert Entry.objects.filter(kind="report_link.revoked").exists()
    for columns in ({"state": "active"}, {"surface": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportLink.objects.filter(pk=link.pk).update(**columns)


def test_the_pages_of_links(world: Any, surface: Surface, client_as: Any, says: Any) -> None:
    says(public_links=True)
    noor = client_as(world.noor)
    ends = clock.today() + timedelta(days=90)
    made = noor.post("/report/links/new/", {"name": "Guide", "surface": surface.key, "expires_on": ends})
    link = ReportLink.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/report/links/{link.key}/")
    page = noor.get(made["Location"]).content.decode()
    assert "/r/" in page and '<svg class="code"' in page
    assert "/r/" in noor.get(f"/report/links/{link.key}/poster/").content.decode()
    assert noor.get("/report/links/").status_code == 200
    assert noor.get(f"/report/links/{link.key}/activity/").status_code == 200
    assert client_as(world.ben).get(made["Location"]).status_code == 404
    assert noor.post(f"/report/links/{link.key}/revoke/", {"reason": "Down."}).status_code == 302
    assert noor.get(f"/report/links/{link.key}/poster/").status_code == 409
    assert "/r/" not in noor.get(made["Location"]).content.decode().replace("/report/", "")


def test_links_by_rest(world: Any, surface: Surface, api_as: Any, says: Any) -> None:
    says(public_links=True)
    noor = api_as(world.noor)
    body = {"name": "Guide", "surface": surface.key, "expires_at": (clock.now() + timedelta(days=9)).isoformat()}
    made = noor.post(API, body, format="json")
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    assert "/r/" in made.json()["url"] and noor.get(API).json()["results"][0]["reports"] == 0
    assert api_as(world.ben).get(f"{API}/{key}").status_code == 404
    assert api_as(world.ben).post(API, body | {"surface": None}, format="json").status_code == 400
    done = noor.post(f"{API}/{key}/revocation", {"reason": "Down."}, format="json")
    assert done.status_code == 200 and done.json()["url"] == "" and done.json()["state"] == "revoked"
    assert noor.get(f"{API}/{key}/activity").status_code == 200
