"""Each action: allowed, denied, stale and recorded."""

import pytest

from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.queries import activity
from registry.surfaces import actions, queries
from registry.surfaces.models import OwnerTransfer, RaciRow, Surface
from registry.surfaces.raci import Party


@pytest.fixture
def triage(world):
    return actions.register(actor=world.noor, name="Claims triage", team=world.team("claims"), tier=1)


def kinds(thing):
    return [line.kind for line in activity(thing)]


def test_registering_makes_the_registrant_the_owner_and_is_recorded(world):
    surface = actions.register(actor=world.noor, name="Claims triage", purpose="Suggests a queue.")
    assert surface.owner == world.noor and surface.key == f"S-{surface.pk:04d}"
    assert kinds(surface) == ["surface.registered"]


def test_auditors_register_nothing(world):
    for reader in (world.aud, world.gus):
        with pytest.raises(Denied):
            actions.register(actor=reader, name="X")


def test_another_owner_has_to_accept(world):
    surface = actions.register(actor=world.noor, name="Letters", owner=world.ben)
    transfer = surface.transfers.get()
    assert surface.owner == world.noor and transfer.receiver == world.ben
    actions.accept_transfer(transfer, actor=world.ben)
    surface.refresh_from_db()
    assert surface.owner == world.ben
    assert "transfer.accepted" in kinds(surface)


def test_who_keeps_the_policy_names_an_owner_at_once(world):
    assert actions.register(actor=world.rosa, name="Letters", owner=world.ben).owner == world.ben
    assert actions.register(actor=world.bot, name="Gateway route", owner=world.ben).owner == world.ben


@pytest.mark.parametrize("nobody", ["gus", "bot"])
def test_only_an_active_person_of_the_company_can_own(world, nobody):
    with pytest.raises(Invalid):
        actions.register(actor=world.rosa, name="X", owner=getattr(world, nobody))


@pytest.mark.parametrize("name", ["", "x" * 401, "a\x00b"])
def test_bad_names_are_refused_in_words(world, name):
    with pytest.raises(Invalid) as refused:
        actions.register(actor=world.noor, name=name)
    assert "name" in refused.value.fields


def test_many_are_registered_in_a_fixed_number_of_queries(world, django_assert_max_num_queries):
    rows = [Surface(name=f"Use case {number}", team=world.team("claims")) for number in range(200)]
    with django_assert_max_num_queries(40):
        made = actions.register_many(rows, actor=world.rosa, source="inventory.csv")
    assert len(made) == 200 and all(row.pk for row in made) and kinds(made[7]) == ["surface.registered"]


def test_facts_are_edited_by_the_owner_only_and_against_the_version_seen(world, triage):
    edited = actions.edit(triage, actor=world.noor, purpose="Suggests a queue.", expected_version=triage.version)
    assert edited.purpose == "Suggests a queue." and kinds(triage)[0] == "surface.changed"
    with pytest.raises(StaleState):
        actions.edit(triage, actor=world.noor, purpose="Late", expected_version=1)
    with pytest.raises(Denied) as denied:
        actions.edit(triage, actor=world.ben, purpose="Mine now")
    assert denied.value.grantors
    with pytest.raises(Invalid):
        actions.edit(triage, actor=world.noor, tier=0)


def test_a_tier_below_the_suggestion_needs_a_reason(world, triage):
    with pytest.raises(Invalid) as refused:
        actions.set_tier(triage, actor=world.noor, tier=1, answers={"acts_alone": True})
    assert "reason" in refused.value.fields
    lowered = actions.set_tier(triage, actor=world.noor, tier=1, answers={"acts_alone": True}, reason="Pilot in a sandbox")
    assert lowered.tier == 1 and activity(triage)[0].reason == "Pilot in a sandbox"
    with pytest.raises(Invalid):
        actions.set_tier(triage, actor=world.noor, tier=9)


def test_steps_of_life_are_taken_in_order(world, triage):
    assert actions.move(triage, actor=world.noor, state="building").state == "building"
    for state in ("live", "retired", "paused", "in_review", "nonsense"):
        with pytest.raises(Denied):
            actions.move(triage, actor=world.noor, state=state)


def test_an_owner_is_named_without_asking_only_where_nobody_answers(world, triage):
    with pytest.raises(Denied):
        actions.assign_owner(triage, actor=world.sam, owner=world.sam)
    assert actions.assign_owner(triage, actor=world.rosa, owner=world.sam).owner == world.sam


def test_a_hand_over_is_answered_once_by_who_was_asked(world, triage):
    transfer = actions.ask_transfer(triage, actor=world.noor, receiver=world.ben, reason="I move on")
    with pytest.raises(Conflict):
        actions.ask_transfer(triage, actor=world.noor, receiver=world.sam)
    with pytest.raises(Denied):
        actions.accept_transfer(transfer, actor=world.sam)
    with pytest.raises(Invalid):
        actions.decline_transfer(transfer, actor=world.ben)
    actions.decline_transfer(transfer, actor=world.ben, answer="No time")
    with pytest.raises(StaleState):
        actions.accept_transfer(OwnerTransfer.objects.get(pk=transfer.pk), actor=world.ben)
    triage.refresh_from_db()
    assert triage.owner == world.noor


def test_who_is_asked_to_take_it_over_sees_it_until_it_is_settled(world, triage):
    transfer = actions.ask_transfer(triage, actor=world.noor, receiver=world.ben)
    assert queries.visible_to(world.ben).filter(pk=triage.pk).exists()
    actions.decline_transfer(transfer, actor=world.ben, answer="No time")
    assert not queries.visible_to(world.ben).filter(pk=triage.pk).exists()


def test_naming_an_owner_ends_an_open_hand_over(world, triage):
    transfer = actions.ask_transfer(triage, actor=world.noor, receiver=world.ben)
    actions.assign_owner(triage, actor=world.rosa, owner=world.sam)
    transfer.refresh_from_db()
    assert transfer.state == "withdrawn"


def test_sharing_opens_exactly_what_was_shared(world, triage):
    assert not queries.visible_to(world.ben).filter(pk=triage.pk).exists()
    actions.share(triage, actor=world.noor, with_=world.ben)
    assert queries.visible_to(world.ben).filter(pk=triage.pk).exists()
    with pytest.raises(Denied):
        actions.edit(triage, actor=world.ben, purpose="x")
    actions.share(triage, actor=world.noor, with_=world.ben, permission="change_surface")
    actions.edit(triage, actor=world.ben, purpose="Shared work")
    actions.unshare(triage, actor=world.noor, with_=world.ben)
    assert not queries.visible_to(world.ben).filter(pk=triage.pk).exists()
    actions.share(triage, actor=world.noor, with_=world.team("support"))
    assert queries.visible_to(world.ben).filter(pk=triage.pk).exists()
    with pytest.raises(Denied):
        actions.share(triage, actor=world.ben, with_=world.lena)


def who(key):
    return Party("position", key)


def test_exactly_one_is_accountable(world, triage):
    for accountable in ([], [who("legal"), who("security")]):
        with pytest.raises(Invalid):
            actions.set_raci(triage, actor=world.noor, decision="model", row={"R": [who("engineering")], "A": accountable})
    row = {"R": [who("engineering")], "A": [Party("person", world.noor.ref)], "I": [who("legal")]}
    actions.set_raci(triage, actor=world.noor, decision="model", row=row)
    lines = {line.decision: line for line in queries.raci_of(triage)}
    assert not lines["model"].is_default and lines["prompt"].is_default
    assert lines["model"].letters(Party("person", world.noor.ref)) == "A"
    assert lines["prompt"].letters(who("product-manager")) == "A"
    actions.reset_raci(triage, actor=world.noor, decision="model")
    assert not RaciRow.objects.filter(surface=triage).exists()


def test_every_default_row_of_every_tier_has_one_accountable(world, triage):
    for tier in range(5):
        triage.tier = tier
        assert all(line.is_complete for line in queries.raci_of(triage))


def test_raci_against_an_older_version_is_stale(world, triage):
    row = {"R": [who("engineering")], "A": [who("legal")]}
    actions.set_raci(triage, actor=world.noor, decision="model", row=row, expected_version=triage.version)
    with pytest.raises(StaleState):
        actions.set_raci(triage, actor=world.noor, decision="prompt", row=row, expected_version=1)


def test_a_draft_is_kept_in_canonical_form_and_only_when_sound(world, triage):
    with pytest.raises(Invalid) as refused:
        actions.save_draft(triage, actor=world.noor, contract={"outputs": {"audience": "all"}})
    assert list(refused.value.fields) == ["contract/outputs/audience"]
    draft = actions.save_draft(triage, actor=world.noor, contract={"notes": " One \r\n", "inputs": {}})
    assert draft.content == {"schema": "contract-v1", "notes": "One"}
    again = actions.save_draft(triage, actor=world.noor, contract={"notes": "Two"}, expected_version=draft.version)
    assert again.pk == draft.pk
    with pytest.raises(StaleState):
        actions.save_draft(triage, actor=world.noor, contract={"notes": "Three"}, expected_version=1)
    actions.discard_draft(again, actor=world.noor)
    assert not triage.drafts.exists()


def test_a_budget_owner_named_by_address_is_kept_by_reference(world, triage):
    draft = actions.save_draft(triage, actor=world.noor, contract={"budget": {"owner": world.noor.email}})
    assert draft.content["budget"]["owner"] == world.noor.ref


def test_a_registration_survives_and_is_only_its_authors(world):
    draft = actions.begin_registration(actor=world.noor)
    actions.keep_answers(draft, actor=world.noor, step="what", given={"name": "Letters"})
    with pytest.raises(Denied):
        actions.keep_answers(draft, actor=world.ben, step="what", given={"name": "Mine"})
    surface = actions.finish_registration(draft, actor=world.noor, name=draft.content["name"])
    assert surface.name == "Letters" and not type(draft).objects.filter(pk=draft.pk).exists()
