"""Verification on pages and over REST: asked for, shown, accepted; by whom it may."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.core import jobs
from governance.core.models import Job
from governance.people.models import Team
from governance.proofs.models import Checkpoint
from governance.verification import actions
from governance.verification.models import Verification
from tests.governance.verification.conftest import look
from tests.world import World

Enter = Callable[..., Client]
LIST, ASK = "/ledger/verification/", "/ledger/verify/"


@pytest.fixture
def broken(sealed: Checkpoint, owner: Any, world: World) -> Verification:
    """A result that found one changed history row."""
    row = Team.history.model.objects.get(name="Late shift")
    owner(f"UPDATE governance_historicalteam SET name = 'Day shift' WHERE history_id = {row.pk}")
    return actions.keep(look(look_at_files=False), actor=world.system)


def test_it_is_asked_for_runs_and_is_shown(sealed: Checkpoint, world: World, client_as: Enter) -> None:
    client = client_as(world.aud)
    empty = client.get(LIST).content.decode()
    assert "Nothing was verified yet" in empty and ASK in empty
    assert "Verify everything" in client.get(ASK).content.decode()
    answer = client.post(ASK, {"older": sealed.note})
    job = Job.objects.get(kind=actions.JOB)
    assert (answer.status_code, answer["Location"]) == (302, f"/jobs/{job.pk}/")
    assert jobs.run(job.pk)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Everything holds" in page and "/ledger/verification/VF-" in page
    shown = client.get(Verification.objects.get().get_absolute_url()).content.decode()
    assert "Everything holds" in shown and f"checkpoint over {sealed.size:,} entries" in shown
    refused = client.post(ASK, {"older": "none"})
    assert refused.status_code == 422 and "no checkpoint of this ledger" in refused.content.decode()


def test_what_does_not_hold_is_named_and_accepted(broken: Verification, world: World, client_as: Enter) -> None:
    page, accept = broken.get_absolute_url(), f"{broken.get_absolute_url()}accept/"
    shown = client_as(world.rosa).get(page).content.decode()
    assert "History row" in shown and "Row changed" in shown and "1 of what was found stands open" in shown
    assert "verification of the ledger that found something" in client_as(world.rosa).get("/").content.decode()
    assert client_as(world.rosa).get(accept).status_code == 403
    client = client_as(world.ada)
    form = client.get(accept).content.decode()
    mark = re.search(r'value="([0-9a-f]{64})"', form)
    assert mark is not None
    assert client.post(accept, {"findings": [mark[1]], "reason": ""}).status_code == 422
    assert client.post(accept, {"findings": [mark[1]], "reason": "By hand, in the outage."}).status_code == 302
    assert "Accepted by" in client.get(page).content.decode()
    assert "By hand, in the outage." in client.get(f"{page}activity/").content.decode()


def test_members_and_guests_see_no_results(broken: Verification, world: World, client_as: Enter) -> None:
    for person in (world.noor, world.gus):
        client = client_as(person)
        assert client.get(broken.get_absolute_url()).status_code == 404
        assert broken.key not in client.get(LIST).content.decode()
        assert client.get(ASK).status_code == 403


def test_pages_take_as_many_statements_at_three_results_as_at_one(broken: Verification, world: World, client_as: Enter) -> None:
    client = client_as(world.ada)

    def statements(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    at_one, page = statements(LIST), statements(broken.get_absolute_url())
    report = look(look_at_files=False)
    for _ in range(2):
        actions.keep(report, actor=world.system)
    assert statements(LIST) == at_one <= 15 and page <= 15


def test_the_same_over_rest(broken: Verification, world: World, api_as: Any) -> None:
    ada, noor = api_as(world.ada), api_as(world.noor)
    base = "/api/v1/verifications"
    [row] = ada.get(base).json()["results"]
    assert (row["key"], row["problems"]) == (broken.key, 1)
    whole = ada.get(f"{base}/{broken.key}").json()
    [finding] = whole["findings"]
    assert finding["kind"] == "row-changed" and finding["model"] == "governance.historicalteam"
    assert noor.get(base).json()["results"] == [] and noor.get(f"{base}/{broken.key}").status_code == 404
    assert ada.get(f"{base}?result=holds").json()["results"] == []
    asked = ada.post(f"{base}/verify", {}, format="json")
    assert asked.status_code == 202 and asked.json()["state"] == "queued" and asked.json()["verification"] == ""
    assert ada.post(f"{base}/verify", {"older": "x"}, format="json").status_code == 400
    assert noor.post(f"{base}/verify", {}, format="json").status_code == 403
    given = {"marks": [finding["mark"]], "reason": "By hand."}
    assert noor.post(f"{base}/{broken.key}/acceptance", given, format="json").status_code in (403, 404)
    assert ada.post(f"{base}/{broken.key}/acceptance", given, format="json").status_code == 200
    kinds = [each["kind"] for each in ada.get(f"{base}/{broken.key}/activity").json()["results"]]
    assert kinds == ["ledger.finding_accepted", "ledger.not_verified"]
