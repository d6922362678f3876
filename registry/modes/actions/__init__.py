"""The only writers of modes: lower at once, ask to raise, and follow what was decided about a raise."""

from registry.modes.actions.lowering import lower
from registry.modes.actions.raising import ask_to_raise, settled, withdraw

__all__ = ["ask_to_raise", "lower", "settled", "withdraw"]
