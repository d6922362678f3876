"""Deployments and defects: told once, corrected by a further row, seen by those who see the surface."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from registry.deliveries import actions, queries
from registry.deliveries.models import Deployment
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

API = "/api/v1/deployments"
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def surface(world: Any, freeze: Any) -> Surface:
    freeze("2026-03-02 12:00")
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


def deploy(surface: Surface, actor: Any, key: str = "build/1", **more: Any) -> Deployment:
    return actions.tell_deployment(surface, actor=actor, sender_key=key, deployed_at=AT, **more)


def find(surface: Surface, actor: Any, key: str = "CLAIMS-1", **more: Any) -> Any:
    given = {"title": "Wrong copay", "found_by": "users", "found_at": AT, **more}
    return actions.tell_defect(surface, actor=actor, sender_key=key, **given)


def test_a_deployment_told_twice_is_kept_once(world: Any, surface: Surface) -> None:
    first = deploy(surface, world.noor, version="4.12.0", environment="Production ")
    assert (first.environment, first.outcome) == ("production", "succeeded")
    again = deploy(surface, world.noor, version="4.12.0", environment="production")
    assert again.pk == first.pk
    with pytest.raises(Conflict, match="another version"):
        deploy(surface, world.noor, version="4.12.1")
    assert list(Entry.objects.filter(kind__startswith="deployment.").values_list("kind", flat=True)) == ["deployment.told"]


def test_what_turned_out_differently_is_a_further_row(world: Any, surface: Surface) -> None:
    first = deploy(surface, world.noor)
    failed = {"outcome": "failed", "failed_at": AT + timedelta(minutes=5), "restored_at": AT + timedelta(minutes=43)}
    second = actions.correct_deployment(first, actor=world.noor, reason="It broke sign-in.", **failed)
    assert (second.corrects_id, second.sender_key, second.outcome) == (first.pk, "build/1", "failed")
    assert [row.pk for row in queries.line_of(second)] == [first.pk, second.pk]
    assert list(Deployment.objects.standing()) == [second]
    with pytest.raises(StaleState, match="was corrected meanwhile"):
        actions.correct_deployment(first, actor=world.noor, reason="Again.", rework=True)
    entry = Entry.objects.get(kind="deployment.corrected")
    assert entry.subject_key == second.key


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "failed"}, "failed_at"),
        ({"failed_at": AT}, "outcome"),
        ({"outcome": "failed", "failed_at": AT, "restored_at": AT - timedelta(hours=1)}, "restored_at"),
        ({"committed_at": AT + timedelta(hours=1)}, "committed_at"),
        ({"committed_at": AT, "deployed_at": AT + timedelta(days=3)}, "deployed_at"),
        ({"commit": "not hex"}, "commit"),
        ({"incident": "12"}, "incident"),
    ],
)
def test_what_cannot_be_is_said_by_field(world: Any, surface: Surface, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.tell_deployment(surface, actor=world.noor, sender_key="b", **{"deployed_at": AT, **given})
    assert field in refused.value.fields


def test_only_those_who_may_edit_the_surface_tell(world: Any, surface: Surface) -> None:
    for person in (world.ben, world.aud, world.gus):
        with pytest.raises(Denied):
            deploy(surface, person)
    told = deploy(surface, world.noor)
    with pytest.raises(Denied):
        actions.correct_deployment(told, actor=world.ben, reason="No.", rework=True)
    with pytest.raises(Invalid, match="says why"):
        actions.correct_deployment(told, actor=world.noor, reason=" ", rework=True)
    with pytest.raises(Invalid, match="corrects nothing"):
        actions.correct_deployment(told, actor=world.noor, reason="Nothing.", rework=False)


def test_a_defect_is_told_corrected_and_belongs_to_its_surface(world: Any, surface: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Other", tier=1)
    foreign = deploy(other, world.noor)
    with pytest.raises(Invalid) as refused:
        find(surface, world.noor, deployment=foreign)
    assert "deployment" in refused.value.fields
    first = find(surface, world.noor)
    none = actions.correct_defect(first, actor=world.noor, reason="The plan changed that day.", is_defect=False)
    assert not none.is_defect
    assert list(queries.defects(world.noor).filter(corrected_by__isnull=True)) == [none]
    assert list(queries.defects(world.ben)) == []


def test_ci_tells_and_corrects_over_rest(api_as: Any, world: Any, surface: Surface) -> None:
    caller = api_as(world.noor)
    body = {"surface": surface.key, "sender_key": "build/7", "deployed_at": AT.isoformat(), "version": "1.0"}
    first = caller.post(API, body, format="json")
    assert first.status_code == 201, first.content
    assert caller.post(API, body, format="json").json()["key"] == first.json()["key"]
    address = f"{API}/{first.json()['key']}"
    wrong = {"reason": "It broke.", "outcome": "failed", "failed_at": AT.isoformat()}
    second = caller.post(f"{address}/correction", wrong, format="json")
    assert second.status_code == 201, second.content
    assert caller.get(address).json()["corrected_by"] == second.json()["key"]
    assert caller.post(f"{address}/correction", wrong, format="json").status_code == 409
    assert [row["key"] for row in caller.get(f"{API}?outcome=failed").json()["results"]] == [second.json()["key"]]
    assert api_as(world.ben).get(address).status_code == 404
    defect = {"surface": surface.key, "sender_key": "T-1", "title": "Wrong", "found_by": "checks", "found_at": AT.isoformat()}
    assert caller.post("/api/v1/defects", defect, format="json").status_code == 201
    assert caller.post("/api/v1/defects", {**defect, "deployment": "DP-999999"}, format="json").status_code == 400


def test_people_tell_and_correct_on_pages(client_as: Any, world: Any, surface: Surface) -> None:
    browser = client_as(world.noor)
    there = timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")
    given = {
        "surface": surface.key,
        "sender_key": "hand/1",
        "environment": "production",
        "deployed_at": there,
        "outcome": "succeeded",
    }
    assert browser.post("/deployments/new/", {**given, "change": "C-99999"}).status_code == 422
    assert browser.post("/deployments/new/", given).status_code == 302
    told = Deployment.objects.get()
    assert browser.get(f"/deployments/{told.key}/").status_code == 200
    assert b"What was wrong" in browser.get(f"/deployments/{told.key}/correct/").content
    wrong = {"environment": "production", "deployed_at": there, "outcome": "succeeded", "rework": "on", "reason": "A hotfix."}
    assert browser.post(f"/deployments/{told.key}/correct/", wrong).status_code == 302
    page = browser.get(f"/deployments/{told.key}/").content.decode()
    assert "counts no more" in page and "A hotfix." in page
    assert client_as(world.ben).get(f"/deployments/{told.key}/").status_code == 404
    assert client_as(world.aud).get(f"/deployments/{told.key}/correct/").status_code == 403


@pytest.mark.parametrize("where", ["deployments", "defects"])
def test_lists_cost_the_same_whatever_their_length(client_as: Any, world: Any, surface: Surface, where: str) -> None:
    browser = client_as(world.noor)
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            (deploy if where == "deployments" else find)(surface, world.noor, key=str(number))
        browser.get(f"/{where}/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(f"/{where}/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15
