"""Who may ask the board's question and have its answer sealed: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny


def may_ask(user: Any) -> Verdict:
    """Say whether somebody may ask: whoever is signed in, about what they see. Auditors keep what they found, too."""
    if not user.is_authenticated or not user.is_active:
        return deny("Sign in to ask the board's question.")
    return ALLOW
