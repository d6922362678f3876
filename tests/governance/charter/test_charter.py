"""The charter: drafted, edited, signed for its hash, exactly one in force, and never changed once proposed."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.approvals import actions as approvals
from governance.approvals import queries as approval_queries
from governance.approvals.models import ApprovalRequest
from governance.charter import actions, printing, queries
from governance.charter.content import fingerprint
from governance.charter.models import Charter
from governance.core import contributions
from governance.core.contributions import CharterSection
from governance.core.errors import Denied, Invalid, StaleState
from governance.ledger.models import Entry
from tests.world import World


@pytest.fixture
def draft(world: World) -> Charter:
    """A draft that Rosa wrote and that names Ingrid as the owner of model risk."""
    charter = actions.draft_charter(actor=world.rosa, owner=world.ingrid)
    sections = {"held": {"access-paths": ["meridian-2.1-large, eu-central"]}}
    return actions.edit_charter(charter, actor=world.rosa, sections=sections)


def sign(request: ApprovalRequest, *people: Any) -> None:
    """Let people approve what they are asked."""
    for person in people:
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest)


def put_in_force(charter: Charter, world: World) -> Charter:
    """Walk a draft through its signatures."""
    request = actions.propose_charter(charter, actor=world.rosa)
    sign(request, world.ingrid, world.marta)
    charter.refresh_from_db()
    return charter


def kinds() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("kind", flat=True))


def test_a_draft_starts_with_the_tiers_and_incidents_of_the_policy(draft: Charter) -> None:
    assert [tier["number"] for tier in draft.drafted["tiers"]] == [0, 1, 2, 3, 4]
    assert draft.drafted["tiers"][2]["approvers"] == ["Engineering", "Security"]
    assert "An output exposes customer data to the wrong person." in draft.sections["incidents"]
    assert "charter.drafted" in kinds()


def test_what_the_apps_above_hold_goes_into_the_draft(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = {
        "paths": CharterSection("paths", "Approved access paths", lambda: ["one", "two"]),
        "covers": CharterSection("covers", "Covers", lambda: {"": "40 surfaces"}),
    }
    monkeypatch.setitem(contributions._items, CharterSection, shelf)
    charter = actions.draft_charter(actor=world.rosa)
    assert charter.sections["held"] == {"paths": ["one", "two"]}
    assert charter.drafted["covers"] == ["40 surfaces"]
    assert {"label": "Covers", "value": "40 surfaces"} in printing.facts(charter)


@pytest.mark.parametrize("nick", ["ben", "aud", "gus", "bot"])
def test_only_leaders_and_risk_officers_write_it(world: World, draft: Charter, nick: str) -> None:
    with pytest.raises(Denied):
        actions.edit_charter(draft, actor=getattr(world, nick), note="mine now")


def test_a_second_draft_waits_for_the_first(world: World, draft: Charter) -> None:
    with pytest.raises(Denied, match="Version 1 is still open"):
        actions.draft_charter(actor=world.ingrid)


def test_an_edit_over_an_older_version_is_stale(world: World, draft: Charter) -> None:
    seen = draft.version
    actions.edit_charter(draft, actor=world.rosa, note="first")
    with pytest.raises(StaleState):
        actions.edit_charter(draft, actor=world.ingrid, note="second", expected_version=seen)


def test_words_of_the_wrong_shape_are_refused_beside_their_section(world: World, draft: Charter) -> None:
    given = {"lead": "x" * 2001, "rules": [{"label": " ", "text": "no heading"}], "poem": "roses"}
    with pytest.raises(Invalid) as refused:
        actions.edit_charter(draft, actor=world.rosa, sections=given)
    assert set(refused.value.fields) == {"lead", "rules", "poem"}


def test_it_comes_into_force_when_everybody_named_has_signed(world: World, draft: Charter) -> None:
    request = actions.propose_charter(draft, actor=world.rosa)
    assert {step.position.key for step in request.steps.all()} == {"executive-sponsor", "legal"}
    sign(request, world.ingrid)
    assert queries.in_force() is None
    sign(request, world.marta)
    held = queries.in_force()
    assert held == draft
    assert held.digest == request.subject_digest == fingerprint(held)
    assert kinds()[-1] == "charter.in_force"


def test_the_next_version_follows_it_and_only_one_holds(world: World, draft: Charter) -> None:
    first = put_in_force(draft, world)
    second = put_in_force(actions.draft_charter(actor=world.rosa), world)
    first.refresh_from_db()
    assert (first.state, second.state) == (Charter.State.SUPERSEDED, Charter.State.IN_FORCE)
    assert Charter.objects.filter(state="in_force").count() == 1
    assert queries.before(second) == first
    assert second.sections["rules"] == first.sections["rules"]


def test_a_rejection_closes_it_and_a_withdrawal_too(world: World, draft: Charter) -> None:
    request = actions.propose_charter(draft, actor=world.rosa)
    approvals.decide(request, actor=world.marta, verdict="reject", comment="It names no date.")
    draft.refresh_from_db()
    assert draft.state == Charter.State.REJECTED
    second = actions.draft_charter(actor=world.rosa)
    actions.propose_charter(second, actor=world.rosa)
    second = actions.withdraw_charter(second, actor=world.rosa, reason="Too early.")
    assert second.state == Charter.State.WITHDRAWN


def test_what_is_missing_is_named_before_anybody_is_asked(world: World, draft: Charter) -> None:
    actions.edit_charter(draft, actor=world.rosa, next_review_on=None, sections={"incidents": []})
    with pytest.raises(Invalid, match=r"date of its next review.*what counts as an incident"):
        actions.propose_charter(draft, actor=world.rosa)
    assert not ApprovalRequest.objects.filter(subject_kind="charter").exists()


def test_whoever_asks_does_not_sign(world: World, draft: Charter) -> None:
    request = actions.propose_charter(draft, actor=world.ingrid)
    with pytest.raises(Denied, match="Whoever asks never approves"):
        sign(request, world.ingrid)


def test_a_proposed_charter_is_not_edited(world: World, draft: Charter) -> None:
    actions.propose_charter(draft, actor=world.rosa)
    draft.refresh_from_db()
    with pytest.raises(Denied, match="its words are fixed"):
        actions.edit_charter(draft, actor=world.rosa, title="Another")


@pytest.mark.parametrize(
    "change",
    ["title = 'Another'", "sections = '{}'", "digest = 'f00'", "owner_id = author_id"],
)
def test_the_database_refuses_to_change_what_was_proposed(world: World, draft: Charter, change: str) -> None:
    actions.propose_charter(draft, actor=world.rosa)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE governance_charter SET {change}")


def test_the_database_refuses_a_charter_in_force_without_signatures(world: World, draft: Charter) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_charter SET state = 'in_force'")


def test_members_see_it_once_it_is_proposed_and_guests_never(world: World, draft: Charter) -> None:
    assert not queries.visible_to(world.ben).exists()
    actions.propose_charter(draft, actor=world.rosa)
    assert queries.visible_to(world.ben).get() == draft
    assert not queries.visible_to(world.gus).exists()


def test_the_signatures_are_printed_with_position_and_time(world: World, draft: Charter) -> None:
    request = actions.propose_charter(draft, actor=world.rosa)
    sign(request, world.marta)
    draft.refresh_from_db()
    said = printing.context(draft, world.rosa)
    assert [each["person"] for each in said["signatures"]] == ["Marta Kowalska"]
    assert said["unsigned"] == ["Executive sponsor"]
    assert said["mark"]["label"] == "Waiting for signatures."


def test_the_words_can_be_read_anew(world: World, draft: Charter) -> None:
    before = draft.drafted["read_at"]
    after = actions.redraft(draft, actor=world.rosa)
    assert after.drafted["read_at"] > before
    assert after.sections["lead"] == draft.sections["lead"]


def test_a_signer_finds_it_in_the_queue(world: World, draft: Charter) -> None:
    actions.propose_charter(draft, actor=world.rosa)
    assert [request.subject_key for request in approval_queries.waiting_for(world.marta)] == ["CH-1"]
