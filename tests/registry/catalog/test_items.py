"""Vendors, endpoints and tools: added, changed, given to others; each action allowed, denied, stale and recorded."""

import pytest

from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.people import actions as people
from registry.catalog import actions, queries
from registry.catalog.models import Endpoint, Tool, Vendor


def kinds_of(item) -> list[str]:
    type_ = f"registry.{item._meta.model_name}"
    return list(Entry.objects.filter(subject_type=type_, subject_id=str(item.pk)).order_by("seq").values_list("kind", flat=True))


def test_whoever_adds_a_thing_answers_for_it_until_they_name_another(world, vendor, endpoint, tool):
    for item in (vendor, endpoint, tool):
        assert item.owner == world.noor and item.state in ("proposed", "approved")
    assert (vendor.key, endpoint.key, tool.key) == ("northwind-models", "nw-large-3-eu-central-1", "claims.pay")
    assert kinds_of(tool) == ["tool.added"]


def test_keys_are_made_unique_and_a_taken_one_is_refused(world, vendor):
    again = actions.add_vendor(actor=world.noor, name="Northwind  Models!")
    assert again.key == "northwind-models-2"
    with pytest.raises(Conflict, match="name"):
        actions.add_vendor(actor=world.noor, name="Northwind Models")
    with pytest.raises(Conflict, match="key"):
        actions.add_vendor(actor=world.noor, name="Other", key="northwind-models")
    assert actions.add_vendor(actor=world.noor, name="漢字").key.startswith("vendor")


@pytest.mark.parametrize("nick", ["aud", "gus"])
def test_auditors_add_nothing(world, nick):
    with pytest.raises(Denied, match="Auditors"):
        actions.add_vendor(actor=getattr(world, nick), name="Mine")


def test_a_program_adds_only_for_a_named_person(world):
    with pytest.raises(Invalid, match="needs an owner"):
        actions.add_vendor(actor=world.bot, name="By a program")
    assert actions.add_vendor(actor=world.bot, name="By a program", owner=world.noor).owner == world.noor


@pytest.mark.parametrize("nick", ["bot", "gus"])
def test_only_active_people_of_the_company_own_things(world, vendor, nick):
    with pytest.raises(Invalid):
        actions.give_owner(vendor, actor=world.rosa, to=getattr(world, nick))


def test_whoever_left_cannot_be_named_and_what_they_owned_counts_as_unowned(world, vendor):
    people.deactivate(world.noor, actor=world.ada)
    assert list(queries.unowned(world.rosa, Vendor)) == [vendor]
    with pytest.raises(Invalid, match="left"):
        actions.add_tool(actor=world.rosa, name="X", effect="read", owner=type(world.noor).objects.get(pk=world.noor.pk))


@pytest.mark.parametrize("nick", ["noor", "rosa", "ada"])
def test_facts_are_changed_by_the_owner_and_those_who_govern(world, vendor, nick):
    assert actions.change_item(vendor, actor=getattr(world, nick), notes="Seen.").notes == "Seen."
    assert kinds_of(vendor)[-1] == "vendor.changed"


@pytest.mark.parametrize("nick", ["ben", "priya", "bot"])
def test_others_are_told_who_may_change_them(world, vendor, nick):
    with pytest.raises(Denied) as caught:
        actions.change_item(vendor, actor=getattr(world, nick), notes="Seen.")
    assert "Noor Haddad" in caught.value.grantors


def test_a_stale_change_is_refused(world, tool):
    actions.change_item(Tool.objects.get(pk=tool.pk), actor=world.noor, name="Pay a claim")
    with pytest.raises(StaleState):
        actions.change_item(tool, actor=world.noor, name="Other", expected_version=tool.version)
    with pytest.raises(StaleState):
        actions.change_item(tool, actor=world.noor, name="Other")


def test_an_owner_is_given_by_the_owner_and_recorded(world, endpoint):
    with pytest.raises(Denied):
        actions.give_owner(endpoint, actor=world.ben, to=world.ben)
    given = actions.give_owner(endpoint, actor=world.noor, to=world.ben, reason="Moved team.")
    assert given.owner == world.ben and kinds_of(endpoint)[-1] == "endpoint.owner_given"
    with pytest.raises(Conflict, match="already"):
        actions.give_owner(given, actor=world.ben, to=world.ben)


def test_what_a_person_leaves_behind_goes_to_another(world, vendor, endpoint, tool):
    people.deactivate(world.noor, actor=world.ada)
    moved = people.reassign(type(world.noor).objects.get(pk=world.noor.pk), actor=world.ada, to=world.ben)
    assert moved == 3
    for model in (Vendor, Endpoint, Tool):
        assert set(model.objects.values_list("owner__email", flat=True)) == {"ben@example.org"}


def test_a_field_that_is_no_fact_is_a_programming_error(world, vendor):
    with pytest.raises(TypeError, match="state"):
        actions.change_item(vendor, actor=world.rosa, state="approved")


def test_guests_see_nothing_of_the_catalogue(world, vendor, endpoint, tool):
    for model in (Vendor, Endpoint, Tool):
        assert model.objects.visible_to(world.gus).count() == 0
        assert model.objects.visible_to(world.aud).count() == 1


@pytest.mark.parametrize("key", ["mail send", "../x", "-a", "ä", "a\nb"])
def test_a_tool_key_that_programs_trip_over_is_refused(world, key):
    with pytest.raises(Invalid):
        actions.add_tool(actor=world.noor, name="Mail", effect="read", key=key)
