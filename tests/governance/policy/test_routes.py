"""Who approves what is computed from the policy that holds."""

import copy

import pytest

from governance.core.errors import Invalid, Unavailable
from governance.policy import queries, routes, validation
from governance.policy.actions.versions import CATALOGUE
from governance.policy.models import PolicyVersion


@pytest.fixture(scope="module")
def policy() -> dict:
    return validation.read(CATALOGUE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("tier", "regulated", "positions"),
    [
        (0, False, {"team-lead"}),
        (1, False, {"product-manager", "support-operations"}),
        (2, False, {"engineering", "security"}),
        (3, False, {"legal", "compliance", "engineering", "security"}),
        (4, False, {"executive-sponsor", "engineering", "security"}),
        (4, True, {"executive-sponsor", "engineering", "security", "legal", "compliance"}),
    ],
)
def test_each_tier_names_its_approvers(policy, tier, regulated, positions):
    route = routes.resolve(policy, "change", tier=tier, change_kinds=("prompt",), regulated=regulated)
    assert {key for key, _ in route.steps} == positions
    assert route.people == len(positions)


def test_a_rollback_takes_its_own_fast_lane_whatever_else_it_touches(policy):
    for tier in range(5):
        route = routes.resolve(policy, "change", tier=tier, change_kinds=("model", "rollback", "tool"))
        usual = routes.resolve(policy, "change", tier=tier, change_kinds=("model", "tool"))
        assert route.lane == "rollback"
        assert route.decide_hours < usual.decide_hours
        assert route.people >= (2 if tier == 4 else 1)


def test_a_change_of_several_kinds_takes_all_their_steps_in_the_slowest_lane(policy):
    own = copy.deepcopy(policy)
    own["routes"].append(
        {"subject": "change", "change_kind": "data", "tier": None, "lane": "two_person", "in_order": True,
         "steps": [{"position": "legal", "count": 2, "when": "always"}]}
    )  # fmt: skip
    route = routes.resolve(own, "change", tier=2, change_kinds=("prompt", "data"))
    assert dict(route.steps) == {"engineering": 1, "security": 1, "legal": 2}
    assert (route.lane, route.in_order) == ("two_person", True)
    assert "tier 2" in route.why and "data" in route.why


def test_a_change_without_a_tier_is_refused_with_what_to_do(policy):
    with pytest.raises(Invalid, match="no tier yet"):
        routes.resolve(policy, "change", tier=None)


def test_what_policy_does_not_name_has_no_route(policy, world):
    assert routes.resolve(policy, "transfer") is None
    with pytest.raises(Invalid, match="names nobody who approves a transfer"):
        queries.route_for("transfer")
    assert queries.route_or_none("transfer") is None


@pytest.mark.parametrize(("subject", "people"), [("policy", 3), ("charter", 2), ("vendor", 2), ("endpoint", 2), ("tool", 2)])
def test_company_things_have_a_route_for_any_tier(world, subject, people):
    assert queries.route_for(subject).people == people


def test_regulated_is_told_by_data_class_or_by_a_decision_about_people(world):
    assert queries.is_regulated(["regulated"])
    assert queries.is_regulated(["personal"], decides=True)
    assert not queries.is_regulated(["personal"])
    assert not queries.is_regulated(["internal"], decides=True)


def test_a_route_costs_one_query_that_does_not_load_the_document(world, django_assert_num_queries):
    queries.route_for("change", tier=2)
    with django_assert_num_queries(1):
        queries.route_for("change", tier=2)


@pytest.mark.django_db
def test_before_the_company_is_set_up_there_is_no_policy():
    assert not PolicyVersion.objects.exists()
    with pytest.raises(Unavailable, match="no policy yet"):
        queries.in_force()
