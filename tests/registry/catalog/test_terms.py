"""What a vendor's terms say, edited as one page, and reviewed by the calendar of policy."""

from datetime import UTC, date, datetime

import pytest

from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from registry.catalog import actions, queries
from registry.catalog.models import Vendor, VendorTerm

TERMS = {
    "retention": {"says": "30 days.", "source": "https://northwind.example/dpa", "checked_on": date(2026, 5, 1)},
    "training": {"says": "Never on our data."},
}


def test_terms_are_written_changed_and_removed_in_one_action(world, vendor):
    vendor = actions.set_terms(vendor, actor=world.noor, terms=TERMS)
    assert VendorTerm.objects.count() == 2
    changed = {"retention": {"says": "None."}, "training": {"says": " "}, "exit": {"says": "Deleted within 30 days."}}
    actions.set_terms(vendor, actor=world.noor, terms=changed)
    assert dict(VendorTerm.objects.values_list("topic", "says")) == {"retention": "None.", "exit": "Deleted within 30 days."}
    told = list(Entry.objects.filter(kind__startswith="vendor.term_").order_by("seq").values_list("kind", flat=True))
    assert told == ["vendor.term_added"] * 2 + ["vendor.term_changed", "vendor.term_removed", "vendor.term_added"]


def test_every_topic_that_policy_wants_is_listed_known_or_not(world, vendor):
    actions.set_terms(vendor, actor=world.noor, terms=TERMS)
    rows = queries.term_rows(vendor)
    assert len(rows) == 10 and sum(1 for row in rows if row["term"]) == 2
    assert all(row["ask"] for row in rows)


def test_others_unknown_topics_hostile_sources_and_no_change_are_refused(world, vendor):
    with pytest.raises(Denied):
        actions.set_terms(vendor, actor=world.ben, terms=TERMS)
    with pytest.raises(Invalid, match="no topic"):
        actions.set_terms(vendor, actor=world.noor, terms={"gossip": {"says": "x"}})
    with pytest.raises(Invalid) as caught:
        actions.set_terms(vendor, actor=world.noor, terms={"retention": {"says": "x", "source": "javascript:alert(1)"}})
    assert "retention.source" in caught.value.fields
    vendor = actions.set_terms(vendor, actor=world.noor, terms=TERMS)
    with pytest.raises(Conflict, match="written down already"):
        actions.set_terms(vendor, actor=world.noor, terms=TERMS)


def test_two_people_on_the_same_page_do_not_overwrite_each_other(world, vendor):
    seen = vendor.version
    actions.set_terms(Vendor.objects.get(pk=vendor.pk), actor=world.rosa, terms={"exit": {"says": "Their way."}})
    with pytest.raises(StaleState):
        actions.set_terms(Vendor.objects.get(pk=vendor.pk), actor=world.noor, terms=TERMS, expected_version=seen)
    assert VendorTerm.objects.get().says == "Their way."


def test_terms_stand_in_what_is_signed_so_they_hold_still_while_it_waits(world, vendor):
    before = queries.digest_of(vendor)
    vendor = actions.set_terms(vendor, actor=world.noor, terms=TERMS)
    assert queries.digest_of(vendor) != before
    actions.propose(vendor, actor=world.noor)
    with pytest.raises(Conflict, match="waits for approval"):
        actions.set_terms(Vendor.objects.get(pk=vendor.pk), actor=world.noor, terms={"exit": {"says": "x"}})


def test_a_review_sets_the_next_one_by_policy(world, vendor, freeze):
    freeze(datetime(2026, 5, 4, 9, tzinfo=UTC))
    reviewed = actions.review_vendor(vendor, actor=world.noor, note="Nothing new.")
    assert (reviewed.reviewed_on, reviewed.review_on) == (date(2026, 5, 4), date(2026, 8, 4))
    assert Entry.objects.filter(kind="vendor.reviewed").count() == 1
    with pytest.raises(Invalid, match="past"):
        actions.review_vendor(reviewed, actor=world.noor, reviewed_on=date(2026, 6, 1))
    with pytest.raises(Denied):
        actions.review_vendor(reviewed, actor=world.ben)
    freeze(datetime(2026, 9, 1, tzinfo=UTC))
    assert list(queries.review_due(world.noor)) == [reviewed]
