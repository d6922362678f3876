"""The only writers of exceptions: ask, extend, follow the decision, end early, let expire, remind, hand over."""

from registry.exceptions.actions.asking import ask_for, extend
from registry.exceptions.actions.following import end, expire, give_owner, remind, settled, withdraw

__all__ = ["ask_for", "end", "expire", "extend", "give_owner", "remind", "settled", "withdraw"]
