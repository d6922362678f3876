"""The only writers of reviews, their decisions, checklists and the rollout."""

from governance.reviews.actions.checklist import answer, give_answer
from governance.reviews.actions.deciding import change_decision, decide, do_decision, drop_decision
from governance.reviews.actions.holding import ask, begin, close, come, note
from governance.reviews.actions.planning import cancel, hand_over, move, plan
from governance.reviews.actions.rollout import finish_step, give_step, move_rollout, reopen_step, start_rollout, tick_step

__all__ = [
    "answer",
    "ask",
    "begin",
    "cancel",
    "change_decision",
    "close",
    "come",
    "decide",
    "do_decision",
    "drop_decision",
    "finish_step",
    "give_answer",
    "give_step",
    "hand_over",
    "move",
    "move_rollout",
    "note",
    "plan",
    "reopen_step",
    "start_rollout",
    "tick_step",
]
