"""Counting is pure: which surfaces count for an item, and as what."""

from registry.coverage.counting import Meeting, count, gathered, packed
from registry.frameworks.library import Framework, Item

FRAMEWORK = Framework("f", "F", "1", "", "", "", (Item("a", "A"), Item("b", "B"), Item("c", "C"), Item("d", "D")), {})
LOGS, LIMITS, REVIEW = Meeting("logs", "Logs", False), Meeting("limits", "Limits", True), Meeting("review", "Review", False)
CROSSWALK = {"a": [LOGS], "b": [LOGS, LIMITS], "c": [REVIEW]}


def counted(*surfaces, **how):
    rows = ((number, control, status) for number, each in enumerate(surfaces) for control, status in each.items())
    _, standing = gathered(rows)
    found = count(FRAMEWORK, CROSSWALK, standing, **how)
    return {each.item.id: each for each in found.items}, found


def test_a_surface_counts_where_a_control_is_demanded_and_by_the_worst_of_them():
    items, whole = counted(
        {"logs": "met", "limits": "met"},
        {"logs": "met", "limits": "expired"},
        {"logs": "met", "limits": "excepted"},
        {"logs": "met"},
    )
    assert items["a"].counts == {"met": 4} and items["a"].state == "covered"
    assert items["b"].counts == {"attested": 1, "not_met": 1, "excepted": 1, "met": 1}
    assert (items["b"].state, items["b"].said) == ("partly", "2 of 4 surfaces, 1 attested, 1 excepted")
    assert (items["c"].state, items["c"].said) == ("unasked", "Asked of no surface")
    assert (items["d"].state, items["d"].said) == ("none", "No control of policy")
    assert whole.bars == [("ok", 1), ("warn", 1), ("stop", 0)]


def test_what_is_met_nowhere_is_open():
    items, _ = counted({"review": "not_met"}, {"review": "not_met"})
    assert items["c"].state == "open" and items["c"].bars == [("ok", 0), ("held", 0), ("stop", 2)]


def test_a_checklist_in_use_counts_by_its_answers_and_not_by_controls():
    items, _ = counted({"logs": "met", "owasp:a": "not_met", "owasp:d": "attested"}, by_answers=True)
    assert (items["a"].state, items["d"].state, items["c"].state) == ("open", "covered", "unasked")


def test_bits_are_packed_as_they_are_counted():
    assert packed([0, 9, 20], 21) == 1 | 1 << 9 | 1 << 20
    assert packed([], 0) == 0
