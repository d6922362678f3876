"""Drafts: who writes them, how they change, and that only named people's approval makes them policy."""

import copy
from datetime import UTC, datetime, timedelta

import pytest

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest
from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.policy import actions, queries, yamlfile
from governance.policy.models import PolicyDraft, PolicyVersion

State = PolicyDraft.State


@pytest.fixture
def draft(world) -> PolicyDraft:
    made = actions.start_draft(actor=world.rosa, title="Review regulated surfaces sooner", reason="The audit asked for it.")
    document = copy.deepcopy(made.document)
    document["tiers"][3]["review_months"] = 2
    return actions.change_draft(made, actor=world.rosa, document=document)


def approve(request: ApprovalRequest, *people) -> None:
    for person in people:
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest)


def kinds_of(draft: PolicyDraft) -> list[str]:
    return list(Entry.objects.filter(subject_key=draft.key).order_by("seq").values_list("kind", flat=True))


def test_a_risk_officer_starts_from_what_holds_and_it_is_recorded(world):
    draft = actions.start_draft(actor=world.rosa, title="Something")
    assert draft.document == queries.document() and draft.based_on == queries.in_force()
    assert kinds_of(draft) == ["policy_draft.started"]


@pytest.mark.parametrize("nick", ["noor", "ingrid", "priya", "aud", "gus", "bot"])
def test_nobody_else_drafts_policy(world, nick):
    with pytest.raises(Denied, match="Only risk officers and administrators"):
        actions.start_draft(actor=getattr(world, nick), title="Mine")
    assert not PolicyDraft.objects.exists()


def test_a_file_starts_a_draft_and_an_unsound_one_starts_nothing(world):
    text = yamlfile.dump(queries.document()).replace("vendor_review_months: 3", "vendor_review_months: 4")
    draft = actions.start_draft(actor=world.rosa, title="From a file", yaml=text)
    assert draft.document["vendor_review_months"] == 4
    with pytest.raises(Invalid, match="Line"):
        actions.start_draft(actor=world.rosa, title="Bad", yaml=text.replace("lane: gated", "lane: slow", 1))
    assert PolicyDraft.objects.count() == 1


def test_a_stale_edit_is_refused(world, draft):
    seen = draft.version
    actions.change_draft(draft, actor=world.ada, title="Other words")
    again = PolicyDraft.objects.get(pk=draft.pk)
    with pytest.raises(StaleState):
        actions.change_draft(again, actor=world.rosa, title="Mine", expected_version=seen)


def test_an_unsound_change_leaves_the_draft_as_it_was(world, draft):
    document = copy.deepcopy(draft.document)
    document["tiers"][4]["approvers"] = document["tiers"][4]["approvers"][:1]
    with pytest.raises(Invalid, match="Two people"):
        actions.change_draft(draft, actor=world.rosa, document=document)
    assert PolicyDraft.objects.get(pk=draft.pk).document["tiers"][4] == queries.document()["tiers"][4]


def test_approved_by_all_named_people_it_becomes_the_next_version_under_the_hash_they_signed(world, draft):
    request = actions.propose_draft(draft, actor=world.rosa)
    assert {step.position.key for step in request.steps.all()} == {"executive-sponsor", "security", "legal"}
    assert request.policy_version == queries.in_force()
    approve(request, world.ingrid, world.priya)
    assert PolicyVersion.objects.count() == 1
    approve(request, world.marta)
    draft.refresh_from_db()
    version = queries.in_force()
    assert (draft.state, draft.adopted_as) == (State.ADOPTED, version)
    assert version.number == 2 and version.summary == draft.title and version.made_by_ref == world.rosa.ref
    assert queries.tier(3).review_months == 2
    assert request.subject_digest == draft.digest
    assert kinds_of(draft)[-2:] == ["policy_draft.proposed", "policy_draft.settled"]


def test_whoever_drafted_it_never_approves_it(world, draft):
    request = actions.propose_draft(draft, actor=world.rosa)
    with pytest.raises(Denied, match="never approves"):
        approve(request, world.rosa)


def test_while_it_waits_nobody_edits_it_and_no_other_is_proposed(world, draft):
    other = actions.start_draft(actor=world.ada, title="Another", reason="Why not.")
    document = copy.deepcopy(other.document)
    document["vendor_review_months"] = 6
    other = actions.change_draft(other, actor=world.ada, document=document)
    actions.propose_draft(draft, actor=world.rosa)
    draft.refresh_from_db()
    with pytest.raises(Denied, match="waits for approval"):
        actions.change_draft(draft, actor=world.rosa, title="Sneak")
    with pytest.raises(Conflict, match="Another draft of the policy waits"):
        actions.propose_draft(other, actor=world.ada)


def test_a_draft_that_says_what_holds_or_not_why_is_not_proposed(world):
    draft = actions.start_draft(actor=world.rosa, title="Nothing", reason="None.")
    with pytest.raises(Denied, match="says what already holds"):
        actions.propose_draft(draft, actor=world.rosa)
    document = copy.deepcopy(draft.document)
    document["vendor_review_months"] = 6
    draft = actions.change_draft(draft, actor=world.rosa, document=document, reason=" ")
    with pytest.raises(Denied, match="does not say why"):
        actions.propose_draft(draft, actor=world.rosa)


def test_rejected_it_can_be_taken_up_again(world, draft):
    request = actions.propose_draft(draft, actor=world.rosa)
    approvals.decide(
        request, actor=world.marta, verdict="reject", comment="Two months is too short.", digest=request.subject_digest
    )
    draft.refresh_from_db()
    assert draft.state == State.REJECTED
    assert PolicyVersion.objects.count() == 1
    with pytest.raises(Denied):
        actions.revise_draft(draft, actor=world.noor)
    draft = actions.revise_draft(draft, actor=world.rosa)
    assert draft.state == State.DRAFT


@pytest.mark.parametrize("way", ["withdraw", "expire"])
def test_withdrawn_or_expired_it_is_a_draft_again(world, draft, way, freeze):
    request = actions.propose_draft(draft, actor=world.rosa)
    if way == "withdraw":
        approvals.withdraw(request, actor=world.rosa)
    else:
        freeze(clock.now() + timedelta(days=60))
        approvals.expire(request, actor=world.system)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_a_draft_made_before_another_was_adopted_is_put_on_that_one_first(world, draft):
    late = actions.start_draft(actor=world.ada, title="Late", reason="Because.")
    document = copy.deepcopy(late.document)
    document["vendor_review_months"] = 6
    late = actions.change_draft(late, actor=world.ada, document=document)
    approve(actions.propose_draft(draft, actor=world.rosa), world.ingrid, world.priya, world.marta)
    with pytest.raises(Denied, match=r"2026\.2 was adopted since"):
        actions.propose_draft(late, actor=world.ada)
    late = actions.rebase_draft(late, actor=world.ada)
    assert late.based_on == queries.in_force()
    with pytest.raises(Conflict, match="already"):
        actions.rebase_draft(late, actor=world.ada)
    assert actions.propose_draft(late, actor=world.ada).state == "open"


def test_with_a_later_date_it_waits_for_it(world, draft, freeze):
    freeze(datetime(2026, 6, 1, tzinfo=UTC))
    draft = actions.change_draft(draft, actor=world.rosa, effective_at=datetime(2026, 8, 1, tzinfo=UTC))
    approve(actions.propose_draft(draft, actor=world.rosa), world.ingrid, world.priya, world.marta)
    assert queries.in_force().number == 1
    assert [version.number for version in queries.upcoming()] == [2]


def test_a_discarded_draft_stays_readable_and_closed(world, draft):
    draft = actions.discard_draft(draft, actor=world.rosa, reason="Not now.")
    assert draft.state == State.WITHDRAWN
    with pytest.raises(Denied):
        actions.change_draft(draft, actor=world.rosa, title="Again")


def test_drafts_are_seen_by_those_who_govern_and_by_all_once_proposed(world, draft):
    def seen(user):
        return PolicyDraft.objects.visible_to(user).filter(pk=draft.pk).exists()

    assert [seen(getattr(world, nick)) for nick in ("rosa", "ada", "ingrid", "aud", "noor", "gus")] == [True] * 4 + [False] * 2
    actions.propose_draft(draft, actor=world.rosa)
    assert seen(world.noor) and not seen(world.gus)
