"""The only writers of questionnaires, questions and the answer library."""

from registry.questionnaires.actions.answering import accept_sure, answer, ask, leave, refuse, reopen_question
from registry.questionnaires.actions.keeping import adopt, change, confirm, give_answer, keep, publish, retire
from registry.questionnaires.actions.proposing import ask_to_propose, propose
from registry.questionnaires.actions.reading import lay_out, read
from registry.questionnaires.actions.receiving import edit, hand_over, receive, withdraw
from registry.questionnaires.actions.returning import fill, reopen, send

__all__ = [
    "accept_sure",
    "adopt",
    "answer",
    "ask",
    "ask_to_propose",
    "change",
    "confirm",
    "edit",
    "fill",
    "give_answer",
    "hand_over",
    "keep",
    "lay_out",
    "leave",
    "propose",
    "publish",
    "read",
    "receive",
    "refuse",
    "reopen",
    "reopen_question",
    "retire",
    "send",
    "withdraw",
]
