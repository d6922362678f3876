"""The only writers of postmortems, action items and cases asked for, and of an incident's end."""

from incidents.postmortems.actions.asking import ask_for_approval, revise, settled, withdraw
from incidents.postmortems.actions.closing import close, standing
from incidents.postmortems.actions.evalcases import ask_for_case, case_ran, change_case
from incidents.postmortems.actions.items import (
    add_item,
    change_item,
    drop_item,
    finish_item,
    give_back_item,
    hand_over_item,
    point_item,
    tell_overdue,
    verify_item,
)
from incidents.postmortems.actions.writing import (
    begin,
    cut_timeline,
    drop_cause,
    name_cause,
    note_cause,
    retitle,
    write_section,
)

__all__ = [
    "add_item",
    "ask_for_approval",
    "ask_for_case",
    "begin",
    "case_ran",
    "change_case",
    "change_item",
    "close",
    "cut_timeline",
    "drop_cause",
    "drop_item",
    "finish_item",
    "give_back_item",
    "hand_over_item",
    "name_cause",
    "note_cause",
    "point_item",
    "retitle",
    "revise",
    "settled",
    "standing",
    "tell_overdue",
    "verify_item",
    "withdraw",
    "write_section",
]
