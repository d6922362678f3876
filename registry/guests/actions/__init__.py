"""The only writers of guests' access, of what they read, and of auditors' questions."""

from registry.guests.actions.asking import accept, answer, ask, hand_over, reopen
from registry.guests.actions.deciding import LetIn, Terms, begin, begin_waiting, end, end_due, extend, let_in
from registry.guests.actions.watching import note_read

__all__ = [
    "LetIn",
    "Terms",
    "accept",
    "answer",
    "ask",
    "begin",
    "begin_waiting",
    "end",
    "end_due",
    "extend",
    "hand_over",
    "let_in",
    "note_read",
    "reopen",
]
