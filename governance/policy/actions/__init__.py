"""The only writers of policy: versions and the rows that follow them, and the drafts that lead to the next one."""

from governance.policy.actions.asking import ask_along
from governance.policy.actions.drafts import (
    change_draft,
    discard_draft,
    propose_draft,
    rebase_draft,
    revise_draft,
    settle_draft,
    start_draft,
)
from governance.policy.actions.versions import apply_due, apply_version, seed

__all__ = [
    "apply_due", "apply_version", "ask_along", "change_draft", "discard_draft", "propose_draft", "rebase_draft", "revise_draft",
    "seed", "settle_draft", "start_draft",
]  # fmt: skip
