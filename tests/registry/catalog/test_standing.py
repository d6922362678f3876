"""Whether a thing may be used: asked for, approved by named people for one hash, suspended at once, retired."""

import copy

import pytest
from django.db import IntegrityError, transaction

from governance.approvals import actions as approvals
from governance.core.errors import Conflict, Denied, StaleState
from governance.ledger import check, tags
from governance.ledger.models import Entry
from governance.policy import queries as policy
from registry.catalog import actions, queries
from registry.catalog.models import Endpoint, Tool, Vendor
from tests.governance.policy.test_versions import adopt
from tests.registry.catalog.conftest import approve


def state_of(item) -> str:
    return type(item).objects.get(pk=item.pk).state


def test_all_named_people_approve_it_for_the_hash_they_saw(world, vendor):
    request = actions.propose(vendor, actor=world.noor, reason="The pilot is over.")
    assert {step.position.key for step in request.steps.all()} == {"security", "legal"}
    assert request.subject_digest == queries.digest_of(vendor)
    approve(request, world.priya)
    assert state_of(vendor) == "proposed"
    approve(request, world.marta)
    assert state_of(vendor) == "approved"
    assert Entry.objects.filter(kind="vendor.approved").count() == 1


def test_what_is_decided_about_an_endpoint_concerns_the_endpoint_and_its_vendor(world, endpoint):
    before = Entry.objects.latest("seq").seq
    request = actions.propose(endpoint, actor=world.noor)
    approvals.remind(request.steps.first(), actor=world.system)
    wanted = {tags.tag("registry.endpoint", endpoint.pk), tags.tag("registry.vendor", endpoint.vendor_id)}
    told = Entry.objects.filter(kind__startswith="approval.", seq__gt=before)
    assert told.count() == 2
    assert all(wanted <= set(entry.about.split()) for entry in told)
    assert all(each.ok for entry in told for each in check.entry(entry))


def test_whoever_asks_never_approves(world, vendor):
    actions.give_owner(vendor, actor=world.noor, to=world.priya)
    request = actions.propose(Vendor.objects.get(pk=vendor.pk), actor=world.priya)
    with pytest.raises(Denied, match="never approves"):
        approve(request, world.priya)


def test_rejected_or_withdrawn_it_stays_as_it_was(world, vendor):
    request = actions.propose(vendor, actor=world.noor)
    approvals.decide(request, actor=world.marta, verdict="reject", comment="No terms.", digest=request.subject_digest)
    assert state_of(vendor) == "proposed"
    assert Entry.objects.filter(kind="vendor.not_approved").count() == 1
    again = actions.propose(Vendor.objects.get(pk=vendor.pk), actor=world.noor)
    approvals.withdraw(again, actor=world.noor)
    assert state_of(vendor) == "proposed"


def test_it_is_not_asked_twice_nor_by_others_nor_without_an_owner(world, vendor):
    with pytest.raises(Denied, match="Only its owner"):
        actions.propose(vendor, actor=world.ben)
    with pytest.raises(Denied, match="Auditors"):
        actions.propose(vendor, actor=world.aud)
    actions.propose(vendor, actor=world.noor)
    with pytest.raises(Denied, match="waits for approval already"):
        actions.propose(vendor, actor=world.noor)


def test_a_stale_proposal_is_refused(world, vendor):
    seen = vendor.version
    actions.change_item(Vendor.objects.get(pk=vendor.pk), actor=world.rosa, notes="Meanwhile.")
    with pytest.raises(StaleState):
        actions.propose(vendor, actor=world.noor, expected_version=seen)


def test_an_endpoint_is_approved_only_under_an_approved_vendor(world, vendor):
    made = actions.add_endpoint(actor=world.noor, name="Early", vendor=vendor, model="nw-1")
    with pytest.raises(Denied, match="Northwind Models, is proposed"):
        actions.propose(made, actor=world.noor)


def test_what_is_signed_does_not_change_while_it_waits(world, endpoint):
    actions.propose(endpoint, actor=world.noor)
    waiting = Endpoint.objects.get(pk=endpoint.pk)
    with pytest.raises(Conflict, match="waits for approval as it is"):
        actions.change_item(waiting, actor=world.noor, region="us-east-1")
    assert actions.change_item(waiting, actor=world.noor, notes="Fine.").notes == "Fine."


def test_changing_what_was_approved_takes_a_new_approval_and_other_facts_do_not(world, approved_endpoint, tool):
    kept = actions.change_item(approved_endpoint, actor=world.noor, notes="Fine.", who_may_use="Claims")
    assert kept.state == "approved"
    moved = actions.change_item(kept, actor=world.noor, region="us-east-1")
    assert moved.state == "proposed"
    entry = Entry.objects.filter(kind="endpoint.changed").latest("seq")
    assert "needed again" in entry.body
    approve(actions.propose(tool, actor=world.noor), world.priya, world.daniel)
    used = Tool.objects.get(pk=tool.pk)
    assert actions.change_item(used, actor=world.noor, effect="read").state == "proposed"


def test_suspending_takes_effect_at_once_and_using_it_again_takes_approval(world, approved_vendor):
    with pytest.raises(Denied):
        actions.suspend(approved_vendor, actor=world.ben, reason="No.")
    out = actions.suspend(approved_vendor, actor=world.noor, reason="It lost our data.")
    assert out.state == "suspended"
    with pytest.raises(Denied, match="nothing to suspend"):
        actions.suspend(out, actor=world.noor, reason="Again.")
    approve(actions.propose(out, actor=world.noor), world.priya, world.marta)
    assert state_of(approved_vendor) == "approved"


def test_two_at_once_suspend_it_once(world, approved_vendor):
    mine, theirs = (Vendor.objects.select_related("owner").get(pk=approved_vendor.pk) for _ in range(2))
    actions.suspend(mine, actor=world.noor, reason="One.")
    with pytest.raises(StaleState):
        actions.suspend(theirs, actor=world.rosa, reason="Two.")


def test_retired_it_is_closed_until_it_is_taken_up_again(world, vendor):
    gone = actions.retire(vendor, actor=world.noor, reason="Unused.")
    with pytest.raises(Denied, match="retired"):
        actions.change_item(gone, actor=world.noor, notes="x")
    with pytest.raises(Denied):
        actions.reopen(gone, actor=world.ben)
    assert actions.reopen(gone, actor=world.noor).state == "proposed"
    assert list(Entry.objects.filter(kind__in=("vendor.retired", "vendor.reopened")).values_list("kind", flat=True))


def test_what_waits_is_not_retired(world, vendor):
    actions.propose(vendor, actor=world.noor)
    with pytest.raises(Denied, match="waits for approval"):
        actions.retire(Vendor.objects.get(pk=vendor.pk), actor=world.noor)


def test_where_policy_asks_nobody_those_who_govern_approve_it_themselves(world, tool):
    document = copy.deepcopy(policy.document())
    document["routes"] = [route for route in document["routes"] if route["subject"] != "tool"]
    adopt(document, actor=world.rosa)
    with pytest.raises(Denied):
        actions.propose(tool, actor=world.noor)
    assert actions.propose(tool, actor=world.rosa) is None
    assert state_of(tool) == "approved"


@pytest.mark.parametrize("kind", ["vendor", "endpoint", "tool"])
def test_the_database_refuses_approval_without_a_request(world, endpoint, tool, kind):
    item = {"vendor": actions.add_vendor(actor=world.noor, name="Fresh"), "endpoint": endpoint, "tool": tool}[kind]
    with pytest.raises(IntegrityError, match="approved by a request"), transaction.atomic():
        type(item).objects.filter(pk=item.pk).update(state="approved")
    assert state_of(item) == "proposed"
