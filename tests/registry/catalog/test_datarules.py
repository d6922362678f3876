"""Data rules: which class of data may go where; set in one action with a reason, policy's default elsewhere."""

import pytest

from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.ledger.queries import activity
from registry.catalog import actions, queries
from registry.catalog.actions import RuleChange
from registry.catalog.models import DataRule


def test_where_nothing_is_set_policys_default_holds(world, endpoint, classes):
    rule = queries.rule_for(endpoint, classes["regulated"])
    assert (rule.rule, rule.is_default) == ("never", True)
    assert len(queries.rule_rows(endpoint)) == 7


def test_cells_are_set_together_with_one_reason_and_each_is_recorded(world, endpoint, classes):
    cells = [RuleChange(endpoint, classes["customer"], "allowed"), RuleChange(endpoint, classes["personal"], "never")]
    assert actions.set_rules(cells, actor=world.rosa, reason="Zero retention agreed.") == 2
    rule = queries.rule_for(endpoint, classes["customer"])
    assert (rule.rule, rule.is_default, rule.reason) == ("allowed", False, "Zero retention agreed.")
    assert Entry.objects.filter(kind="data_rule.set").count() == 2
    assert DataRule.history.count() == 2


def test_a_cell_is_changed_and_left_to_policy_again(world, endpoint, classes):
    actions.set_rules([RuleChange(endpoint, classes["customer"], "allowed")], actor=world.rosa)
    actions.set_rules(
        [RuleChange(endpoint, classes["customer"], "redacted", seen="allowed")], actor=world.rosa, reason="New terms."
    )
    assert DataRule.objects.get().reason == "New terms."
    actions.set_rules([RuleChange(endpoint, classes["customer"], None, seen="redacted")], actor=world.rosa)
    assert not DataRule.objects.exists()
    assert Entry.objects.filter(kind="data_rule.removed").count() == 1
    assert [line.kind for line in activity(endpoint)][:3] == ["data_rule.removed", "data_rule.set", "data_rule.set"]


@pytest.mark.parametrize("nick", ["noor", "ingrid", "priya", "aud", "bot"])
def test_only_those_who_govern_set_rules(world, endpoint, classes, nick):
    with pytest.raises(Denied, match="Only risk officers"):
        actions.set_rules([RuleChange(endpoint, classes["customer"], "allowed")], actor=getattr(world, nick))


def test_a_cell_that_somebody_else_changed_stops_all_and_is_named(world, endpoint, classes):
    actions.set_rules([RuleChange(endpoint, classes["customer"], "never")], actor=world.ada)
    cells = [
        RuleChange(endpoint, classes["customer"], "allowed", seen=""),
        RuleChange(endpoint, classes["personal"], "allowed", seen=""),
    ]
    with pytest.raises(StaleState, match="Customer to Large in Frankfurt"):
        actions.set_rules(cells, actor=world.rosa)
    assert DataRule.objects.count() == 1


def test_what_makes_no_sense_is_refused(world, endpoint, classes):
    cell = RuleChange(endpoint, classes["customer"], "allowed")
    with pytest.raises(Invalid, match="twice"):
        actions.set_rules([cell, cell], actor=world.rosa)
    with pytest.raises(Invalid, match="no rule sometimes"):
        actions.set_rules([RuleChange(endpoint, classes["customer"], "sometimes")], actor=world.rosa)
    with pytest.raises(Conflict, match="holds already"):
        actions.set_rules([RuleChange(endpoint, classes["customer"], None)], actor=world.rosa)
    with pytest.raises(Invalid, match="at most"):
        actions.set_rules([cell] * 501, actor=world.rosa)
    gone = actions.retire(endpoint, actor=world.noor)
    with pytest.raises(Conflict, match="retired"):
        actions.set_rules([RuleChange(gone, classes["customer"], "allowed")], actor=world.rosa)


def test_the_whole_matrix_costs_one_query(world, endpoint, classes, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.rules_of([endpoint], classes.values())
