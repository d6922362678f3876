"""Pages of guests' access and of auditors' questions."""

from registry.guests.views.guests import End, Extend, GuestList, GuestPage, LetIn
from registry.guests.views.questions import Accept, Answer, Ask, HandOver, QuestionList, QuestionPage, Reopen

__all__ = [
    "Accept",
    "Answer",
    "Ask",
    "End",
    "Extend",
    "GuestList",
    "GuestPage",
    "HandOver",
    "LetIn",
    "QuestionList",
    "QuestionPage",
    "Reopen",
]
