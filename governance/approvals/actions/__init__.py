"""The only writers of approvals: ask, decide, withdraw, expire, void, remind, and meet a condition."""

from governance.approvals.actions.asking import Asked, ask, touched
from governance.approvals.actions.deciding import SAID, decide, meet_condition
from governance.approvals.actions.ending import expire, remind, void, withdraw

__all__ = ["SAID", "Asked", "ask", "decide", "expire", "meet_condition", "remind", "touched", "void", "withdraw"]
