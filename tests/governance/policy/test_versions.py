"""Versions: the first one, the rows that follow them, and the moment each comes into force."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock, jobs
from governance.core.errors import Conflict
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people.models import Position
from governance.people.system import system_actor
from governance.policy import actions, queries
from governance.policy.actions.versions import store_version
from governance.policy.models import ApprovalRoute, DataClass, IncidentCategory, PolicyVersion, Severity, Tier


@pytest.fixture
def policy(world) -> dict:
    return copy.deepcopy(queries.document())


@action
def adopt(document, *, actor, effective_at=None):
    """Adopt a document as the approved end of a draft does."""
    version = store_version(document, actor=actor, effective_at=effective_at or clock.now(), summary="A test.")
    if version.effective_at <= clock.now():
        actions.apply_version(version, actor=actor)
    return version


def test_setting_up_the_company_puts_the_shipped_policy_in_force(world):
    version = queries.in_force()
    assert (version.number, version.label) == (1, "2026.1")
    assert len(version.digest) == 64
    assert set(queries.tiers()) == {0, 1, 2, 3, 4}
    assert queries.data_classes().count() == 7
    assert (IncidentCategory.objects.count(), Severity.objects.count()) == (10, 4)
    assert ApprovalRoute.objects.filter(subject="change", change_kind="").count() == 5
    assert {"team-lead", "security", "executive-sponsor"} <= set(Position.objects.values_list("key", flat=True))
    assert Entry.objects.filter(kind="policy.adopted").count() == 1
    assert Entry.objects.filter(kind="policy.applied").count() == 1


def test_a_tier_holds_all_that_it_demands_of_its_own_and_from_below(world):
    tier = queries.tier(4)
    titles = [control["title"] for control in tier.controls]
    assert "Prompt-injection defences" in titles and "Drilled kill switch" in titles
    assert "No sensitive data classes" not in titles  # does not carry to higher tiers
    assert tier.logging_minimum[0] == "prompt" and tier.logging_minimum[-1] == "rollback_artefacts"
    assert len(tier.logging_minimum) == 16
    assert (tier.decide_hours, tier.approval_days, tier.two_person) == (96, 7, True)


def test_every_tier_has_one_accountable_position_for_each_kind_of_decision(world):
    for number in range(5):
        defaults = queries.raci_defaults(number)
        assert len(defaults) == 8
        assert all(len(row["A"]) == 1 and row["R"] for row in defaults.values())


def test_a_second_first_policy_is_refused(world):
    with pytest.raises(Conflict, match="has a policy already"):
        actions.seed(world.ada)


def test_rows_follow_a_new_version_and_keep_their_history(world, policy):
    policy["tiers"][3]["review_months"] = 2
    policy["data_classes"] = [each for each in policy["data_classes"] if each["key"] != "confidential"]
    policy["data_classes"].append(
        {"key": "biometric", "name": "Biometric", "description": "", "sensitive": True, "regulated": True,
         "minimum_tier": 3, "default_rule": "never"}
    )  # fmt: skip
    policy["routes"] = [route for route in policy["routes"] if route["subject"] != "tool"]
    version = adopt(policy, actor=world.rosa)
    assert queries.in_force() == version and version.label == "2026.2"
    assert queries.tier(3).review_months == 2
    assert list(Tier.history.filter(number=3).values_list("review_months", flat=True)) == [2, 3]
    assert DataClass.objects.get(key="confidential").is_retired
    assert not queries.data_classes().filter(key="confidential").exists()
    assert queries.data_classes().last().key == "biometric"
    assert not ApprovalRoute.objects.filter(subject="tool").exists()
    assert queries.route_or_none("tool") is None
    told = set(Entry.objects.filter(subject_key="T3").values_list("kind", flat=True))
    assert "policy.row_changed" in told


def test_a_class_that_was_retired_comes_back_as_the_same_row(world, policy):
    row = DataClass.objects.get(key="secret")
    whole = copy.deepcopy(policy)
    policy["data_classes"] = policy["data_classes"][:-1]
    adopt(policy, actor=world.rosa)
    adopt(whole, actor=world.rosa)
    assert DataClass.objects.get(key="secret").pk == row.pk
    assert not DataClass.objects.get(key="secret").is_retired
    assert PolicyVersion.objects.filter(digest=queries.in_force().digest).count() == 2  # the same words hold again


def test_what_did_not_change_is_not_written(world, policy):
    before = Entry.objects.count()
    adopt(policy, actor=world.rosa)
    assert set(Entry.objects.filter(seq__gt=before).values_list("kind", flat=True)) == {"policy.adopted", "policy.applied"}


def test_a_version_with_a_later_date_comes_into_force_by_itself(world, policy, freeze):
    freeze(datetime(2026, 6, 1, tzinfo=UTC))
    policy["tiers"][2]["review_months"] = 4
    version = adopt(policy, actor=world.rosa, effective_at=clock.now() + timedelta(days=30))
    first = queries.in_force()
    assert first.number == 1 and list(queries.upcoming()) == [version]
    assert queries.tier(2).review_months == 6
    freeze(datetime(2026, 7, 2, tzinfo=UTC))
    assert queries.in_force() == version
    jobs.enqueue("policy.apply_due")
    jobs.run_pending()
    assert queries.tier(2).review_months == 4
    assert queries.in_force(at=datetime(2026, 6, 15, tzinfo=UTC)) == first
    applied = Entry.objects.filter(kind="policy.applied").count()
    jobs.enqueue("policy.apply_due")
    jobs.run_pending()
    assert Entry.objects.filter(kind="policy.applied").count() == applied
    assert Entry.objects.filter(kind="policy.applied").latest("seq").actor_ref == system_actor().ref


def test_the_database_refuses_to_rewrite_a_version(world):
    for attempt in (lambda: PolicyVersion.objects.update(label="2020.1"), lambda: PolicyVersion.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()


def test_routes_follow_the_version_that_holds_at_once(world, policy):
    policy["tiers"][0]["approvers"] = [{"position": "security", "count": 1, "when": "always"}]
    adopt(policy, actor=world.rosa)
    assert queries.route_for("change", tier=0).steps == (("security", 1),)
