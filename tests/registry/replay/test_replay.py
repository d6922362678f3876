"""Policy replay: which past changes a draft would have stopped, let through or sped up, and what turns red today."""

import copy
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core import jobs as queue
from governance.core.errors import Invalid, NotVisible
from governance.core.models import Job
from governance.policy import actions as policy
from governance.policy import queries as policies
from governance.policy.models import PolicyDraft
from registry.changes import actions as changes
from registry.changes.models import Change
from registry.replay import jobs, queries, reading
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


@pytest.fixture
def change(world: Any) -> Change:
    """A change of tier 1, approved by the product manager after four hours and by Support operations a day later."""
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=1)
    asked = clock.now()
    with time_machine.travel(asked, tick=False):
        made = changes.propose(
            surface, actor=world.noor, title="First", why="It helps.", contract=contract_for(world.noor), record=RECORD
        )
    for hours, person in ((4, world.lena), (28, world.tomas)):
        with time_machine.travel(asked + timedelta(hours=hours), tick=False):
            approvals.decide(made.request, actor=person, verdict="approve", digest=made.revision.digest)
    return made


def draft_with(world: Any, edit: Any) -> PolicyDraft:
    made = policy.start_draft(actor=world.rosa, title="Another policy")
    document = copy.deepcopy(made.document)
    edit(document)
    return policy.change_draft(made, actor=world.rosa, document=document)


def only(world: Any, draft: PolicyDraft) -> Any:
    return next(iter(queries.verdicts(world.rosa, draft, 12)))


def test_a_draft_that_changes_nothing_here_leaves_it_as_it_was(world: Any, change: Change) -> None:
    found = only(world, draft_with(world, lambda document: document.update(vendor_review_months=9)))
    assert (found.outcome, found.reasons) == ("same", ())


def test_a_further_approver_would_have_stopped_it_and_nobody_knows_what_they_had_said(world: Any, change: Change) -> None:
    def edit(document: Any) -> None:
        document["tiers"][1]["approvers"].append({"position": "legal", "count": 1, "when": "always"})

    found = only(world, draft_with(world, edit))
    assert (found.outcome, found.reasons) == ("stopped", ("Legal did not approve it.",))
    assert found.unknown == ("Legal was never asked, and might have agreed.",)
    assert found.now == f"{found.then}, Legal"


def test_fewer_approvers_would_have_been_sooner(world: Any, change: Change) -> None:
    def edit(document: Any) -> None:
        document["tiers"][1]["approvers"] = [{"position": "product-manager", "count": 1, "when": "always"}]

    found = only(world, draft_with(world, edit))
    assert (found.outcome, round(found.hours_sooner)) == ("sooner", 24)


def test_a_demand_on_the_contract_would_have_stopped_it(world: Any, change: Change) -> None:
    def edit(document: Any) -> None:
        document["tiers"][1]["logging"] = [*document["tiers"][1]["logging"], "trace"]
        document["tiers"][2]["logging"] = [each for each in document["tiers"][2]["logging"] if each != "trace"]

    found = only(world, draft_with(world, edit))
    assert any("trace" in reason.lower() for reason in found.reasons)


def test_a_rejected_change_would_have_come_in_where_whoever_rejected_is_not_asked(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=1)
    contract = contract_for(world.noor)
    made = changes.propose(surface, actor=world.noor, title="First", why="It helps.", contract=contract, record=RECORD)
    approvals.decide(made.request, actor=world.lena, verdict="approve", digest=made.revision.digest)
    approvals.decide(made.request, actor=world.tomas, verdict="reject", comment="Not now.", digest=made.revision.digest)

    def edit(document: Any) -> None:
        document["tiers"][1]["approvers"] = [{"position": "product-manager", "count": 1, "when": "always"}]

    assert only(world, draft_with(world, edit)).outcome == "through"


def test_the_replay_takes_the_same_queries_for_one_change_and_three(
    world: Any, change: Change, django_assert_max_num_queries: Any
) -> None:
    draft = draft_with(world, lambda document: document.update(vendor_review_months=9))
    counts = []
    for number in (1, 3):
        while Change.objects.count() < number:
            surface = make_surface(
                actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"S{Change.objects.count()}"
            )
            contract = contract_for(world.noor)
            changes.propose(surface, actor=world.noor, title="First", why="It helps.", contract=contract, record=RECORD)
        with django_assert_max_num_queries(14) as counted:
            assert len(list(queries.verdicts(world.rosa, draft, 12))) == number
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_a_person_replays_what_they_see(world: Any, change: Change) -> None:
    draft = draft_with(world, lambda document: document.update(vendor_review_months=9))
    assert len(list(queries.verdicts(world.aud, draft, 12))) == 1
    assert not list(queries.verdicts(world.ben, draft, 12))


def test_a_tier_that_demands_more_turns_surfaces_red_today(world: Any, change: Change) -> None:
    def edit(document: Any) -> None:
        attested = {each["key"] for each in document["controls"] if each["kind"] == "attested" and each["applies"] == "always"}
        moved = next(key for tier in document["tiers"][2:] for key in tier["controls"] if key in attested)
        for tier in document["tiers"]:
            tier["controls"] = [key for key in tier["controls"] if key != moved]
        document["tiers"][1]["controls"].append(moved)

    found = [one for one in queries.turned(world.rosa, draft_with(world, edit)) if one is not None]
    assert [one.key for one in found] == [change.surface.key]
    assert [control.status for control in found[0].red] == ["not_met"]
    assert not [one for one in queries.turned(world.ben, draft_with(world, edit)) if one is not None]


def test_the_page_opens_the_rows_of_a_figure(world: Any, change: Change, client_as: Any) -> None:
    draft = draft_with(world, lambda document: document.update(vendor_review_months=9))
    url = reverse("policy-draft-replay", args=[draft.key])
    shown = client_as(world.rosa).get(url, {"show": "same"}).content.decode()
    assert change.key in shown
    assert "Turn red today" in shown
    said = client_as(world.rosa).get(url, {"months": "900"}).content.decode()
    assert "not a period that can be replayed" in said
    assert client_as(world.noor).get(url).status_code == 404


def test_a_long_replay_is_a_job(world: Any, change: Change, client_as: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 0)
    draft = draft_with(world, lambda document: document.update(vendor_review_months=9))
    url = reverse("policy-draft-replay", args=[draft.key])
    client = client_as(world.rosa)
    assert "Work it out" in client.get(url).content.decode()
    client.post(url, {"months": "12"})
    client.post(url, {"months": "12"})
    queue.run_pending()
    job = Job.objects.get(kind=jobs.KIND)
    assert job.state == Job.State.DONE, job.error
    assert change.key in client.get(job.result["url"] + "&show=same").content.decode()
    with pytest.raises(NotVisible):
        jobs.result(world.ada, draft, str(job.pk))
    policy.change_draft(draft, actor=world.rosa, title="Changed since")
    with pytest.raises(NotVisible, match="as it is now"):
        jobs.result(world.rosa, draft, str(job.pk))


def test_by_rest(world: Any, change: Change, api_as: Any) -> None:
    draft = draft_with(world, lambda document: document.update(vendor_review_months=9))
    api = api_as(world.rosa)
    told = api.get(f"/api/v1/policy/drafts/{draft.pk}/replay", {"months": 6}).json()
    assert told["counts"]["same"] == 1
    assert told["changes"][0]["key"] == change.key
    assert api.get(f"/api/v1/policy/drafts/{draft.pk}/replay-today").status_code == 200
    assert api.get(f"/api/v1/policy/drafts/{draft.pk}/replay", {"months": 99}).status_code == 400
    assert api_as(world.noor).get(f"/api/v1/policy/drafts/{draft.pk}/replay").status_code == 404


@pytest.mark.parametrize("said", ["0", "61", "x", "-1", "1.5", "٣"])
def test_what_is_no_period_is_said(said: str) -> None:
    with pytest.raises(Invalid, match="period"):
        reading.months_of(said)


def test_the_policy_in_force_is_untouched(world: Any, change: Change) -> None:
    before = policies.document()
    list(queries.verdicts(world.rosa, draft_with(world, lambda document: document.update(vendor_review_months=9)), 12))
    assert policies.document() == before
